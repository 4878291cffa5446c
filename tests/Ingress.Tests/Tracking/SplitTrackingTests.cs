using System.Text;
using System.Text.Json;
using Freshet.Ingress.Tracking;
using Freshet.Profiles.Events;

namespace Freshet.Ingress.Tests.Tracking;

public sealed class SplitTrackingTests
{
    private static readonly TrackingRequest Request = new("app", new Dictionary<string, string> { ["user-agent"] = "x" }, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("identify", """{"userId":"u1","traits":{"plan":"pro"}}""")]
    [InlineData("track", """{"anonymousId":"a1","event":"Order Completed"}""")]
    [InlineData("page", """{"userId":17}""")]
    [InlineData("screen", """ {"userId":"u1"} """)]
    [InlineData("group", """{"userId":"u1","groupId":"g1"}""")]
    [InlineData("alias", """{"userId":"u1","previousId":"a1"}""")]
    public void A_single_call_becomes_one_event_that_names_its_call(string call, string json)
    {
        var raw = Single(call, json).Events.ShouldHaveSingleItem();

        using var body = JsonDocument.Parse(raw.Body);
        body.RootElement.GetProperty("type").GetString().ShouldBe(call);
        (raw.SourceId, raw.Format, raw.ReceivedAt).ShouldBe(("app", RawEventFormat.Tracking, DateTimeOffset.UnixEpoch));
        raw.Headers["user-agent"].ShouldBe("x");
    }

    [Fact]
    public void A_message_id_makes_the_same_event_on_every_delivery()
    {
        var first = Single("page", """{"messageId":"m1","userId":"u1"}""").Events[0];
        var second = Single("page", """{"userId":"u1","messageId":"m1","sentAt":"2026-01-01T00:00:00Z"}""").Events[0];

        first.EventId.ShouldBe(EventIds.From("app", "m1"));
        second.EventId.ShouldBe(first.EventId);
    }

    [Fact]
    public void Equal_calls_without_a_message_id_are_two_events()
    {
        const string json = """{"batch":[{"type":"page","userId":"u1"},{"type":"page","userId":"u1"}]}""";

        Batch(json).Events.Select(raw => raw.EventId).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("identify", """{"traits":{}}""", "tracking.identity-missing", "/userId")]
    [InlineData("identify", """{"userId":"  ","anonymousId":null}""", "tracking.identity-missing", "/userId")]
    [InlineData("track", """{"userId":"u1"}""", "tracking.event-missing", "/event")]
    [InlineData("group", """{"userId":"u1"}""", "tracking.group-id-missing", "/groupId")]
    [InlineData("alias", """{"userId":"u1"}""", "tracking.previous-id-missing", "/previousId")]
    [InlineData("alias", """{"previousId":"a1","anonymousId":"a1"}""", "tracking.identity-missing", "/userId")]
    [InlineData("page", """{"userId":"u1","type":"track"}""", "tracking.type-unknown", "/type")]
    [InlineData("page", """{"userId":"u1","type":"Page"}""", "tracking.type-unknown", "/type")]
    [InlineData("page", """{"userId":"u1","messageId":""}""", "tracking.message-id-invalid", "/messageId")]
    public void A_call_that_lacks_what_it_needs_is_refused_with_the_place(string call, string json, string code, string pointer)
    {
        var split = Single(call, json);

        split.Events.ShouldBeEmpty();
        split.Refused.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            refused => refused.Code.ShouldBe(code),
            refused => refused.Pointer.ShouldBe(pointer));
    }

    [Fact]
    public void Bad_calls_of_a_batch_do_not_take_the_good_ones_with_them()
    {
        var split = Batch($$"""
            {"batch":[
              {"type":"track","userId":"u1","event":"A"},
              {"type":"nonsense","userId":"u1"},
              17,
              {"type":"batch","userId":"u1"},
              {"userId":"u1"},
              {"type":"page","userId":"u1","name":"{{new string('n', 32 * 1024)}}"},
              {"type":"page","anonymousId":"a1"}
            ]}
            """);

        split.Events.Count.ShouldBe(2);
        split.Refused.Select(refused => (refused.Index, refused.Code, refused.Pointer)).ShouldBe(
        [
            (1, "tracking.type-unknown", "/batch/1/type"),
            (2, "tracking.not-an-object", "/batch/2"),
            (3, "tracking.type-unknown", "/batch/3/type"),
            (4, "tracking.type-unknown", "/batch/4/type"),
            (5, "tracking.call-too-large", "/batch/5"),
        ]);
    }

    [Fact]
    public void What_a_batch_says_for_all_its_calls_travels_with_each()
    {
        var split = Batch("""
            {"sentAt":"2026-01-01T00:00:00Z","batch":[{"type":"page","userId":"u1"},{"type":"page","userId":"u2"}],
             "context":{"ip":"1.2.3.4"},"integrations":{"All":false}}
            """);

        foreach (var raw in split.Events)
        {
            raw.Headers["batch-context"].ShouldBe("""{"ip":"1.2.3.4"}""");
            raw.Headers["batch-integrations"].ShouldBe("""{"All":false}""");
            raw.Headers[TrackingHeaders.SentAt].ShouldBe("2026-01-01T00:00:00Z");
            raw.Headers["user-agent"].ShouldBe("x");
        }

        Request.Headers.Count.ShouldBe(1);
    }

    [Fact]
    public void The_items_of_a_batch_are_kept_as_they_were_sent()
    {
        const string item = """{ "type" : "page","userId":"u1", "properties":{"a":[1 ,2]}  }""";

        Encoding.UTF8.GetString(Batch($$"""{"batch":[{{item}} , {{item}}]}""").Events[1].Body.Span).ShouldBe(item);
    }

    private static TrackingEvents Single(string call, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return SplitTracking.Single(TrackingCalls.OfAddress(call)!.Value, bytes, TrackingMembers.Read(bytes), Request);
    }

    private static TrackingEvents Batch(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return SplitTracking.Batch(bytes, TrackingMembers.Read(bytes), Request);
    }
}
