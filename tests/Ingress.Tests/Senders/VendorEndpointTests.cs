using System.Net;
using Freshet.Ingress.Senders;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>Every kind of sender over HTTP: what it gets for a delivery, a second one, one too many, and one that can never be taken.</summary>
public sealed class VendorEndpointTests(VendorsFixture fixture) : IClassFixture<VendorsFixture>
{
    private static readonly SourceKind[] Soap = [SourceKind.Salesforce];

    public static TheoryData<string> Schemes => [.. Vendors.All.Select(vendor => vendor.Name)];

    public static TheoryData<SourceKind> Kinds => [.. Vendors.Sources.Select(source => source.Kind)];

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task A_delivery_is_kept_and_a_second_one_is_answered_alike(string scheme)
    {
        var delivery = Vendors.Make(scheme, Now);
        var before = await fixture.KeptAsync();

        using var first = await fixture.SendAsync(delivery);
        var kept = await fixture.KeptAsync();
        using var second = await fixture.SendAsync(delivery);

        first.StatusCode.ShouldBe((HttpStatusCode)SenderTable.Of(delivery.Source).Answers.Success, await first.Content.ReadAsStringAsync());
        second.StatusCode.ShouldBe(first.StatusCode);
        kept.ShouldBeGreaterThan(before);
        (await fixture.KeptAsync()).ShouldBe(kept);
        if (!Soap.Contains(delivery.Source.Kind))
        {
            (await second.JsonAsync()).GetProperty("duplicates").GetInt64().ShouldBe(kept - before);
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Forgeries_get_401_and_leave_no_trace_in_the_store(string scheme)
    {
        var valid = Vendors.Make(scheme, Now);
        (await fixture.SendAsync(valid)).Dispose();
        var kept = await fixture.KeptAsync();
        var random = new Random(1);
        for (var sent = 0; sent < 10;)
        {
            if (Mutations.Draw(valid, Now, random) is not { What: not "time" } forged || forged.Request.Headers.Any(header => !header.Value.All(char.IsAscii)) || HasControls(forged.Request))
            {
                continue;
            }

            using var answer = await fixture.SendAsync(forged.Request);
            // An address of Amazon's that has no certificate: until it is known that there is none, the sender may come again.
            var isKeyMissing = valid.Source.Kind == SourceKind.AmazonSns && answer.StatusCode == HttpStatusCode.ServiceUnavailable;
            (answer.StatusCode == HttpStatusCode.Unauthorized || isKeyMissing)
                .ShouldBeTrue($"{answer.StatusCode}: {forged.What} {forged.Request.Query} {string.Join(' ', forged.Request.Headers)} {forged.Request.Text}");
            sent++;
        }

        (await fixture.KeptAsync()).ShouldBe(kept);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_source_that_is_switched_off_answers_as_its_kind_needs(SourceKind kind)
    {
        using var answer = await fixture.SendAsync(Delivery(kind), "off-");

        answer.StatusCode.ShouldBe((HttpStatusCode)AnswersOf(kind).Disabled);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_media_type_that_is_none_of_its_kinds_gets_415_and_is_told_which_are(SourceKind kind)
    {
        using var answer = await fixture.SendAsync(Delivery(kind) with { ContentType = "image/png" });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(SenderTable.Of(kind).ContentTypes[0]);
    }

    [Fact]
    public async Task Before_the_sources_are_known_every_kind_gets_503_and_when_to_come_again()
    {
        await using var app = IngressApp.Start(fixture.Database.ConnectionString, isLoaded: false);
        foreach (var source in Vendors.Sources)
        {
            using var answer = await app.Client.SendAsync(Delivery(source.Kind).ToHttp());

            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, source.Id);
            answer.Headers.RetryAfter.ShouldNotBeNull(source.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_body_that_is_too_large_is_answered_as_its_kind_needs(SourceKind kind)
    {
        using var answer = await fixture.SendAsync(Delivery(kind), "small-");

        answer.StatusCode.ShouldBe((HttpStatusCode)(AnswersOf(kind).Hopeless ?? 413));
    }

    [Theory]
    [InlineData("stripe", HttpStatusCode.TooManyRequests)]
    [InlineData("shopify", HttpStatusCode.TooManyRequests)]
    [InlineData("dataverse code", HttpStatusCode.ServiceUnavailable)]
    [InlineData("woocommerce", HttpStatusCode.OK)]
    [InlineData("github", HttpStatusCode.OK)]
    public async Task A_source_over_its_rate_is_told_so_only_if_it_comes_again(string scheme, HttpStatusCode expected)
    {
        HttpStatusCode last = default;
        var before = await fixture.KeptAsync();
        for (var i = 0; i < 40; i++)
        {
            using var answer = await fixture.SendAsync(Fresh(scheme), "slow-");
            last = answer.StatusCode;
        }

        last.ShouldBe(expected);
        if (expected == HttpStatusCode.OK)
        {
            (await fixture.KeptAsync()).ShouldBe(before + 40);
        }
    }

    [Theory]
    [InlineData("postmark", HttpStatusCode.Forbidden)]
    [InlineData("cloudevents basic", HttpStatusCode.BadRequest)]
    public async Task What_can_never_be_taken_is_answered_as_its_kind_needs(string scheme, HttpStatusCode expected)
    {
        using var answer = await fixture.SendAsync(Vendors.Make(scheme, Now) with { Body = "{\"a\":\"\\u0000\"}"u8.ToArray() });

        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task A_shop_that_sends_what_can_never_be_taken_keeps_its_subscription()
    {
        using var answer = await fixture.SendAsync(Vendors.Hmac(SourceKind.Shopify, "X-Shopify-Hmac-Sha256", "", Vendors.Base64, "{\"note\":\"\\u0000\"}"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("stripe", RawEventFormat.Mapped)]
    [InlineData("svix", RawEventFormat.Webhook)]
    [InlineData("hmac", RawEventFormat.Webhook)]
    public void Events_of_vendors_are_for_mappings(string scheme, RawEventFormat format)
    {
        var delivery = Vendors.Make(scheme, Now);
        var (events, _) = SplitBody.Split(delivery.Source, SenderTable.Of(delivery.Source), new Dictionary<string, string>(), delivery.Body, Now);

        (delivery.Source.Kind == SourceKind.Svix ? RawEventFormat.Webhook : events[0].Format).ShouldBe(format);
    }

    private static bool HasControls(VendorRequest request) => request.Headers.Any(header => header.Value.Any(char.IsControl)) || request.Query.Any(char.IsControl);

    private static Ingress.Senders.Answers AnswersOf(SourceKind kind) => SenderTable.Of(Vendors.SourceOf(kind)).Answers;

    private static VendorRequest Delivery(SourceKind kind) => Vendors.All.Select(vendor => vendor.Make(Now)).First(request => request.Source.Kind == kind);

    private static VendorRequest Fresh(string scheme) => scheme == "github" ? Vendors.Make(scheme, Now).With("X-GitHub-Delivery", Vendors.Id()) : Vendors.Make(scheme, Now);
}
