using System.Text;
using Freshet.Processing.Bus;

namespace Freshet.Processing.Tests.Bus;

public sealed class FaultedMessageTests
{
    private const string Received = """
        {"messageType": ["urn:message:Freshet.Contracts.Events:EventsReceived"], "message": {"batchId": "01932b3c-7a4e-7000-8000-000000000001"}}
        """;

    [Theory]
    [InlineData(Received, true)]
    [InlineData("""{"messageType": ["urn:message:Freshet.Contracts.Events:RetryDue"], "message": {"batchId": "01932b3c-7a4e-7000-8000-000000000001", "attempt": 2}}""", true)]
    [InlineData("""{"messageType": ["urn:message:Freshet.Contracts.Events:EventsReceived"], "message": {"batchId": "no id"}}""", false)]
    [InlineData("""{"messageType": ["urn:message:Freshet.Contracts.Events:EventsReceived"]}""", false)]
    [InlineData("""{"messageType": ["urn:message:Other:EventsReceived"], "message": {"batchId": "01932b3c-7a4e-7000-8000-000000000001"}}""", false)]
    [InlineData("""{"messageType": [7], "message": 7}""", false)]
    [InlineData("""{"messageType": "urn"}""", false)]
    [InlineData("[]", false)]
    [InlineData("not JSON", false)]
    [InlineData("", false)]
    public void Only_a_whole_message_about_a_batch_may_be_dropped(string body, bool isAboutBatch) =>
        FaultedMessage.Read("id", null, Encoding.UTF8.GetBytes(body)).IsAboutBatch.ShouldBe(isAboutBatch);

    [Theory]
    [InlineData("""{"batchId": "01932b3c-7a4e-7000-8000-000000000001", "keyId": "01932b3c-7a4e-7000-8000-000000000002", "payload": "AQID"}""", true)]
    [InlineData("""{"batchId": "01932b3c-7a4e-7000-8000-000000000001", "keyId": "no id", "payload": "AQID"}""", false)]
    [InlineData("""{"batchId": "01932b3c-7a4e-7000-8000-000000000001", "keyId": "01932b3c-7a4e-7000-8000-000000000002", "payload": "no-base64"}""", false)]
    [InlineData("""{"batchId": "01932b3c-7a4e-7000-8000-000000000001"}""", false)]
    [InlineData("7", false)]
    public void A_spilled_batch_is_read_if_it_is_whole_and_never_dropped(string message, bool isSpilled)
    {
        var body = $$"""{"messageType": ["urn:message:Freshet.Contracts.Events:BatchSpilled"], "message": {{message}}}""";

        var read = FaultedMessage.Read("id", null, Encoding.UTF8.GetBytes(body));

        (read.Spilled is not null, read.IsAboutBatch).ShouldBe((isSpilled, false));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_kept_too() => FaultedMessage.Read("id", null, [0xFF, 0xFE, 0x00]).IsAboutBatch.ShouldBeFalse();

    [Fact]
    public void A_type_that_is_no_text_is_nobodys()
    {
        byte[] body = [.. "{\"messageType\": [\""u8, 0xFF, .. "\"]}"u8];

        FaultedMessage.Read("id", null, body).ShouldSatisfyAllConditions(
            read => read.IsAboutBatch.ShouldBeFalse(),
            read => read.Spilled.ShouldBeNull());
    }

    [Fact]
    public void The_cause_is_read_from_the_bus_header()
    {
        var headers = new Dictionary<string, object?> { [FaultedMessage.FaultHeader] = "System.Text.Json.JsonException"u8.ToArray() };

        FaultedMessage.Read("id", headers, "x"u8).Fault.ShouldBe("System.Text.Json.JsonException");
        FaultedMessage.Read("id", null, "x"u8).Fault.ShouldBe("none");
    }

    [Fact]
    public void A_message_without_an_id_is_known_by_its_bytes()
    {
        var one = FaultedMessage.Read(null, null, "one"u8).MessageId;

        one.ShouldBe(FaultedMessage.Read("", null, "one"u8).MessageId);
        one.ShouldNotBe(FaultedMessage.Read(null, null, "two"u8).MessageId);
        FaultedMessage.Read("given", null, "one"u8).MessageId.ShouldBe("given");
    }

    [Fact]
    public void The_hold_doubles_to_its_longest_wait_and_lasts_as_long_as_it_should()
    {
        var waits = HoldSchedule.Of(new BusOptions());

        waits.Take(6).Select(wait => wait.TotalMilliseconds).ShouldBe([100, 200, 400, 800, 1600, 2000]);
        waits.Sum(wait => wait.TotalSeconds).ShouldBeInRange(900, 902);
    }
}
