using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>What senders ask besides sending events.</summary>
public sealed class HandshakeTests(VendorsFixture fixture) : IClassFixture<VendorsFixture>
{
    private const string SubscribeUrl = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc";

    [Fact]
    public async Task WooCommerce_pings_without_a_signature_and_nothing_is_kept()
    {
        var kept = await fixture.KeptAsync();

        using var ping = await PostAsync("woocommerce", "webhook_id=5", "application/x-www-form-urlencoded");
        using var other = await PostAsync("woocommerce", "webhook_id=5&order=1", "application/x-www-form-urlencoded");
        using var long_ = await PostAsync("woocommerce", $"webhook_id={new string('1', 100)}", "application/x-www-form-urlencoded");

        ping.StatusCode.ShouldBe(HttpStatusCode.OK);
        other.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        long_.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await fixture.KeptAsync()).ShouldBe(kept);
    }

    [Fact]
    public async Task Meta_gets_its_challenge_back_for_the_right_token_only()
    {
        using var right = await fixture.App.Client.GetAsync($"/webhooks/meta?hub.mode=subscribe&hub.verify_token={Vendors.VerifyToken}&hub.challenge=1158201444");
        using var wrong = await fixture.App.Client.GetAsync("/webhooks/meta?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1158201444");
        using var script = await fixture.App.Client.GetAsync($"/webhooks/meta?hub.mode=subscribe&hub.verify_token={Vendors.VerifyToken}&hub.challenge=%3Cscript%3E");

        (await right.Content.ReadAsStringAsync()).ShouldBe("1158201444");
        right.Content.Headers.ContentType?.MediaType.ShouldBe("text/plain");
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        script.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Microsoft_Graph_gets_its_token_back_decoded_and_as_plain_text()
    {
        using var answer = await PostAsync("microsoft-graph?validationToken=Validation%3A+a%2Bb%3D%3Cb%3E", "", "text/plain");
        using var tooLong = await PostAsync($"microsoft-graph?validationToken={new string('a', 5000)}", "", "text/plain");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("Validation: a+b=<b>");
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("text/plain");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        tooLong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task CloudEvents_asks_whether_and_how_much_it_may_send()
    {
        using var question = new HttpRequestMessage(HttpMethod.Options, "/webhooks/cloudevents");
        question.Headers.Add("WebHook-Request-Origin", "events.example.com");
        using var answer = await fixture.App.Client.SendAsync(question);
        using var other = await fixture.App.Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/webhooks/stripe"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("WebHook-Allowed-Origin").ShouldBe(["events.example.com"]);
        answer.Headers.GetValues("WebHook-Allowed-Rate").ShouldBe(["600000"]);
        other.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public void A_message_of_nothing_but_levels_is_none_and_ends_no_process()
    {
        const int Levels = 200_000;
        var inside = string.Concat(Enumerable.Repeat("<a>", Levels)) + string.Concat(Enumerable.Repeat("</a>", Levels));
        var message = $"""<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>{inside}</OrganizationId></notifications>""";

        Ingress.Senders.SoapNotifications.Read(System.Text.Encoding.UTF8.GetBytes(message)).ShouldBeNull();
    }

    [Fact]
    public async Task Salesforce_gets_its_acknowledgement_and_its_session_is_not_kept()
    {
        var message = Vendors.Salesforce();
        using var answer = await fixture.SendAsync(message);

        (await answer.Content.ReadAsStringAsync()).ShouldContain("<Ack>true</Ack>");
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("text/xml");
        var notifications = Ingress.Senders.SoapNotifications.Read(message.Body).ShouldNotBeNull();
        notifications.Items.Count.ShouldBe(2);
        Encoding.UTF8.GetString(notifications.Items[0]).ShouldSatisfyAllConditions(
            json => json.ShouldContain("\"sObject\":{\"Id\":\"0035g00000ABCDE\",\"Email\":\"grace@example.com\",\"Phone\":null,\"type\":\"Contact\"}"),
            json => json.ShouldNotContain("a-session-of-theirs"));
    }

    [Theory]
    [InlineData("""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>""")]
    [InlineData("""<!DOCTYPE x SYSTEM "http://attacker.example/x.dtd">""")]
    public async Task A_document_type_is_refused(string doctype)
    {
        using var answer = await fixture.SendAsync(Vendors.Salesforce(doctype));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Amazon_is_told_yes_once_the_subscription_is_proven()
    {
        fixture.Amazon.Answers[SubscribeUrl] = HttpStatusCode.OK;
        using var answer = await fixture.SendAsync(Confirmation(SubscribeUrl));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        fixture.Amazon.Asked.ShouldContain(SubscribeUrl);
    }

    [Fact]
    public async Task A_subscription_that_Amazon_does_not_confirm_is_asked_for_again()
    {
        const string Failing = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=failing";
        fixture.Amazon.Answers[Failing] = HttpStatusCode.InternalServerError;
        using var answer = await fixture.SendAsync(Confirmation(Failing));

        await answer.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "subscription.unconfirmed");
    }

    [Theory]
    [InlineData("http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription")]
    [InlineData("https://attacker.example/?Action=ConfirmSubscription")]
    [InlineData("https://sns.eu-west-1.amazonaws.com.attacker.example/")]
    [InlineData("https://sns.eu-west-1.amazonaws.com:8443/")]
    [InlineData("https://sns.eu-west-1.amazonaws.com@attacker.example/")]
    [InlineData("https://127.0.0.1/")]
    public async Task No_address_but_Amazons_is_called_to_confirm(string address)
    {
        var asked = fixture.Amazon.Asked.Count(url => url != AmazonStub.CertificateUrl);
        using var answer = await fixture.SendAsync(Confirmation(address));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        fixture.Amazon.Asked.Count(url => url != AmazonStub.CertificateUrl).ShouldBe(asked);
    }

    [Theory]
    [InlineData("SigningCertURL", "https://attacker.example/sns.pem")]
    [InlineData("SigningCertURL", "http://sns.eu-west-1.amazonaws.com/a.pem")]
    [InlineData("SigningCertURL", "https://sns.eu-west-1.amazonaws.com/a.txt")]
    [InlineData("SigningCertURL", "https://sns.eu-west-1.amazonaws.com/a.pem?x=1")]
    [InlineData("SigningCertURL", "https://SNS.eu-west-1.amazonaws.com/a.pem")]
    [InlineData("SigningCertURL", "https://sns.x.amazonaws.com/a.pem")]
    [InlineData("TopicArn", "arn:aws:sns:eu-west-1:999999999999:theirs")]
    public async Task A_certificate_or_topic_that_is_not_ours_to_trust_gets_401_and_nothing_is_fetched(string member, string value)
    {
        var asked = fixture.Amazon.Asked.Count;
        using var answer = await fixture.SendAsync(Vendors.Sns("2", HashAlgorithmName.SHA256, (member, value)));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        fixture.Amazon.Asked.Count.ShouldBe(asked);
    }

    [Fact]
    public async Task A_certificate_is_fetched_once_and_one_that_cannot_be_had_is_asked_for_again()
    {
        const string Missing = "https://sns.eu-west-1.amazonaws.com/missing.pem";
        fixture.Amazon.Answers[Missing] = HttpStatusCode.NotFound;
        using var first = await fixture.SendAsync(Vendors.Sns("1", HashAlgorithmName.SHA1));
        using var second = await fixture.SendAsync(Vendors.Sns("2", HashAlgorithmName.SHA256));
        using var missing = await fixture.SendAsync(Vendors.Sns("2", HashAlgorithmName.SHA256, ("SigningCertURL", Missing)));

        (first.StatusCode, second.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        fixture.Amazon.Asked.Count(url => url == AmazonStub.CertificateUrl).ShouldBe(1);
        await missing.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "sender.key-unavailable");
    }

    [Fact]
    public async Task A_token_of_Mailgun_serves_one_body_only()
    {
        var delivery = Vendors.Mailgun(TimeProvider.System.GetUtcNow());
        var forged = delivery with { Body = Vendors.Bytes(delivery.Text.Replace("opened", "clicked")) };

        using var first = await fixture.SendAsync(delivery);
        using var other = await fixture.SendAsync(forged);
        using var again = await fixture.SendAsync(delivery);

        await first.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 1, duplicates: 0);
        other.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await again.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 0, duplicates: 1);
    }

    private static VendorRequest Confirmation(string subscribeUrl) => Vendors.Sns("2", HashAlgorithmName.SHA256,
        ("Type", "SubscriptionConfirmation"), ("Message", "You have chosen to subscribe."), ("Token", "abc"), ("SubscribeURL", subscribeUrl));

    private async Task<HttpResponseMessage> PostAsync(string address, string body, string type)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        return await fixture.App.Client.PostAsync($"/webhooks/{address}", content);
    }
}
