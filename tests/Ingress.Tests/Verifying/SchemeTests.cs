using Freshet.Ingress.Tests.Senders;
using Freshet.Ingress.Verifying;
using static Freshet.Ingress.Tests.Senders.Vendors;

namespace Freshet.Ingress.Tests.Verifying;

/// <summary>What is particular to a scheme; what all have in common is in <see cref="ForgedRequestTests"/>.</summary>
public sealed class SchemeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_435_100);

    [Fact]
    public void Stripe_judges_only_how_old_a_signature_is() => OutcomeOf(Make("stripe", Now.AddDays(1)), Now).ShouldBe(Outcome.Verified);

    [Fact]
    public void Stripe_signs_by_two_secrets_during_a_rotation_and_old_versions_say_nothing()
    {
        var request = Make("stripe", Now);
        var header = request.Headers.Single(pair => pair.Name == StripeProof.Header).Value;
        var (time, signature) = (header.Split(',')[0], header.Split(',')[1]);

        outcome($"{time},v1={new string('0', 64)},{signature},v0=abc").ShouldBe(Outcome.Verified);
        outcome($"{time},{signature.Replace("v1", "v0")}").ShouldBe(Outcome.NoMatch);
        outcome($"{time},{time},{signature}").ShouldBe(Outcome.HeaderRepeated);
        outcome($"{signature}").ShouldBe(Outcome.TimestampMalformed);
        outcome($"{header},v0=1,v0=2,v0=3,v0=4,v0=5").ShouldBe(Outcome.TooManySignatures);

        Outcome outcome(string value) => OutcomeOf(request.With(StripeProof.Header, value), Now);
    }

    [Fact]
    public void Shopify_may_not_sign_under_both_families_at_once()
    {
        var request = Make("shopify", Now);
        var signature = request.Headers.Single(pair => pair.Name == "X-Shopify-Hmac-Sha256").Value;

        OutcomeOf(request.With("shopify-hmac-sha256", signature), Now).ShouldBe(Outcome.HeaderRepeated);
    }

    [Fact]
    public void A_wrong_signature_of_version_3_is_not_made_good_by_a_right_one_of_version_1()
    {
        var request = Make("hubspot v1", Now);

        OutcomeOf(request.With(HubSpotProof.Header3, "AAAA").With(HubSpotProof.TimestampHeader, $"{Now.ToUnixTimeMilliseconds()}"), Now).ShouldBe(Outcome.NoMatch);
    }

    [Fact]
    public void HubSpot_needs_the_address_that_it_was_given()
    {
        var request = Make("hubspot v3", Now);

        OutcomeOf(request with { Source = request.Source with { PublicUrl = null } }, Now).ShouldBe(Outcome.NoMatch);
        OutcomeOf(request with { Source = request.Source with { PublicUrl = "https://inside.example/webhooks/hubspot" } }, Now).ShouldBe(Outcome.NoMatch);
    }

    [Theory]
    [InlineData("https://a.example/b?c=%40%3a%2F%3F", "https://a.example/b?c=@:/?")]
    [InlineData("https://a.example/%20%22%25%4", "https://a.example/%20%22%25%4")]
    [InlineData("https://a.example/%zz%", "https://a.example/%zz%")]
    public void HubSpot_undoes_the_escapes_of_some_characters(string address, string expected) => HubSpotAddress.Decode(address).ShouldBe(expected);

    [Theory]
    [InlineData("00D5g000004ABCDEA2", "00D5g000004ABCDEA2", Outcome.Verified)]
    [InlineData("00D5g000004ABCD", "00D5g000004ABCDEA2", Outcome.Verified)]
    [InlineData("00D5g000004ABCe", "00D5g000004ABCDEA2", Outcome.OtherSender)]
    [InlineData("00D5g000004ABCDEA3", "00D5g000004ABCDEA2", Outcome.OtherSender)]
    [InlineData("00D5g000004ABCDE", "00D5g000004ABCDEA2", Outcome.OtherSender)]
    [InlineData("", "00D5g000004ABCDEA2", Outcome.BodyMalformed)]
    public void An_organization_of_Salesforce_is_known_by_its_short_or_its_long_id(string sent, string ours, Outcome expected)
    {
        var request = Salesforce();

        OutcomeOf(request with { Body = Bytes(request.Text.Replace("00D5g000004ABCDEA2", sent)), Source = request.Source with { OrganizationId = ours } }, Now)
            .ShouldBe(expected);
    }

    [Fact]
    public void A_key_comes_in_one_place()
    {
        var request = Make("dataverse code", Now);

        OutcomeOf(request.With("x-freshet-key", Key), Now).ShouldBe(Outcome.HeaderRepeated);
        OutcomeOf(request with { Query = $"?code={Key}&code={Key}" }, Now).ShouldBe(Outcome.HeaderRepeated);
        OutcomeOf(request with { Query = "?code=" }, Now).ShouldBe(Outcome.NoMatch);
        OutcomeOf(request with { Query = "" }, Now).ShouldBe(Outcome.HeaderMissing);
    }

    [Theory]
    [InlineData("""{"value":[]}""", Outcome.BodyMalformed)]
    [InlineData("""{"value":[{}]}""", Outcome.NoMatch)]
    [InlineData("""{"value":[{"clientState":"a-key-of-more-than-16-letters"},{"clientState":"guess"}]}""", Outcome.NoMatch)]
    [InlineData("""{"value":[{"clientState":"guess"},{"clientState":"a-key-of-more-than-16-letters"}]}""", Outcome.NoMatch)]
    [InlineData("""{"value":[{"clientState":"guess","clientState":"a-key-of-more-than-16-letters"}]}""", Outcome.BodyMalformed)]
    [InlineData("""{"value":[{"clientState":"\ud800"}]}""", Outcome.BodyMalformed)]
    [InlineData("""[]""", Outcome.BodyMalformed)]
    [InlineData("""no JSON""", Outcome.BodyMalformed)]
    public void Every_notification_of_Graph_brings_its_state(string body, Outcome expected) =>
        OutcomeOf(Make("microsoft-graph", Now) with { Body = Bytes(body) }, Now).ShouldBe(expected);

    [Fact]
    public void The_oldest_tokens_are_forgotten_first()
    {
        var used = new UsedTokens(capacity: 2);
        var (first, other) = (new byte[32], Bytes(new string('x', 32)));

        used.TryUse("a", first).ShouldBeTrue();
        used.TryUse("b", first).ShouldBeTrue();
        used.TryUse("a", other).ShouldBeFalse();
        used.TryUse("c", first).ShouldBeTrue();
        used.TryUse("b", other).ShouldBeFalse();
        used.TryUse("a", other).ShouldBeTrue();
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("{}")]
    [InlineData("""{"Type":"Notification"}""")]
    [InlineData("""{"Type":"Other","Message":"","MessageId":"","Timestamp":"","TopicArn":"","Token":"","SubscribeURL":""}""")]
    public void What_is_no_message_of_Amazon_is_refused(string body) =>
        OutcomeOf(Sns("2", System.Security.Cryptography.HashAlgorithmName.SHA256) with { Body = Bytes(body) }, Now).ShouldBe(Outcome.BodyMalformed);

    private static Outcome OutcomeOf(VendorRequest request, DateTimeOffset now) =>
        TestProofs.Create(TimeProvider.System).Of(request.Source, [.. request.Source.SecretNames.Select(name => Parameters[$"Parameters:{name}"])])
            .ShouldNotBeNull().Verify(request.HeadAt(now), request.Body).Outcome;
}
