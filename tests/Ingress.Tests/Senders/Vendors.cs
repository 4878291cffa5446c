using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>One sender of every kind, each signing by its vendor's rules, written down here a second time.</summary>
internal static class Vendors
{
    public const string Key = "a-key-of-more-than-16-letters";
    public const string OtherKey = "another-key-of-more-than-16-letters";
    public const string TopicArn = "arn:aws:sns:eu-west-1:123456789012:mail";
    public const string VerifyToken = "a-token-for-the-handshake";

    private const string HubSpotUrl = "https://hooks.example.com/webhooks/hubspot";

    // Without escapes by number: those have letters that may be large or small and mean the same.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ECDsa SendGridKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The values of the parameters that the sources name.</summary>
    public static IReadOnlyDictionary<string, string> Parameters { get; } = new Dictionary<string, string>
    {
        ["Parameters:standard-key"] = IngressApp.Secret,
        ["Parameters:stripe-key"] = $"whsec_{Key}",
        ["Parameters:sendgrid-key"] = Convert.ToBase64String(SendGridKey.ExportSubjectPublicKeyInfo()),
        ["Parameters:vendor-key"] = Key,
        ["Parameters:old-key"] = OtherKey,
        ["Parameters:verify-token"] = VerifyToken,
    };

    public static IReadOnlyList<Source> Sources { get; } =
    [
        Of(SourceKind.StandardWebhooks, "standard-key"), Of(SourceKind.Svix, "standard-key"), Of(SourceKind.Stripe, "stripe-key"),
        Of(SourceKind.Shopify), Of(SourceKind.Hubspot) with { PublicUrl = HubSpotUrl }, Of(SourceKind.Woocommerce), Of(SourceKind.Sendgrid, "sendgrid-key"),
        Of(SourceKind.Mailgun), Of(SourceKind.Postmark), Of(SourceKind.AmazonSns) with { SecretNames = [], TopicArns = [TopicArn] },
        Of(SourceKind.Dataverse) with { KeyHeader = "x-freshet-key" }, Of(SourceKind.Salesforce) with { OrganizationId = "00D5g000004ABCDEA2" },
        Of(SourceKind.Meta) with { VerifyTokenName = "verify-token" }, Of(SourceKind.MicrosoftGraph), Of(SourceKind.Cloudevents), Of(SourceKind.Github),
        Of(SourceKind.Hmac) with
        {
            Hmac = new HmacSettings
            {
                Header = "x-signature", Prefix = "v0=", Algorithm = MacAlgorithm.Sha512, Encoding = MacEncoding.Base64, TimestampHeader = "x-time", IdHeader = "x-id",
                Signed = "v0:{id}:{timestamp}:{body}",
            },
        },
    ];

    /// <summary>A valid request of every scheme; several where a kind has several schemes.</summary>
    public static IReadOnlyList<(string Name, Func<DateTimeOffset, VendorRequest> Make)> All { get; } =
    [
        ("standard-webhooks", now => StandardWebhooks(SourceKind.StandardWebhooks, "webhook", now)),
        ("svix", now => StandardWebhooks(SourceKind.Svix, "svix", now)),
        ("stripe", Stripe),
        ("shopify", _ => Hmac(SourceKind.Shopify, "X-Shopify-Hmac-Sha256", "", Base64, """{"id":820982911946154508,"email":"jon@example.com"}""")
            .With("X-Shopify-Topic", "customers/create").With("X-Shopify-Webhook-Id", Id())),
        ("shopify events", _ => Hmac(SourceKind.Shopify, "shopify-hmac-sha256", "", Base64, """{"id":1}""").With("shopify-topic", "products").With("shopify-event-id", Id())),
        ("hubspot v1", _ => HubSpot(body => ("v1", Convert.ToHexStringLower(SHA256.HashData([.. Bytes(Key), .. body]))))),
        ("hubspot v2", _ => HubSpot(body => ("v2", Convert.ToHexStringLower(SHA256.HashData([.. Bytes($"{Key}POST{HubSpotUrl}?portal=1"), .. body]))))
            with { CoversQuery = true }),
        ("hubspot v3", HubSpot3),
        ("woocommerce", _ => Hmac(SourceKind.Woocommerce, "X-WC-Webhook-Signature", "", Base64, $$$"""{"id":727,"status":"completed","transaction_id":"{{{Id()}}}"}""")
            .With("X-WC-Webhook-Topic", "order.updated").With("X-WC-Webhook-ID", "5").With("X-WC-Webhook-Delivery-ID", Id())),
        ("sendgrid", SendGrid),
        ("mailgun", Mailgun),
        ("postmark", _ => Basic(SourceKind.Postmark, $$$"""{"RecordType":"Open","MessageID":"{{{Id()}}}","ReceivedAt":"2026-11-23T10:00:00Z"}""")),
        ("amazon-sns v1", _ => Sns("1", HashAlgorithmName.SHA1)),
        ("amazon-sns v2", _ => Sns("2", HashAlgorithmName.SHA256)),
        ("dataverse code", _ => new(SourceOf(SourceKind.Dataverse), Bytes($$$"""{"MessageName":"Update","CorrelationId":"{{{Id()}}}","OperationId":"{{{Id()}}}"}"""))
            { Query = $"?code={Key}", CoversQuery = true }),
        ("dataverse header", _ => Covering(new(SourceOf(SourceKind.Dataverse), Bytes($$$"""{"MessageName":"Update","CorrelationId":"{{{Id()}}}"}""")), "x-freshet-key", Key)
            .With("x-request-id", Id())),
        ("salesforce", _ => Salesforce()),
        ("meta", _ => Hmac(SourceKind.Meta, "X-Hub-Signature-256", "sha256=", Hex, $$$"""{"object":"page","entry":[{"id":"1","time":{{{Random.Shared.Next()}}},"changes":[]}]}""")),
        ("microsoft-graph", _ => Graph()),
        ("cloudevents bearer", _ => CloudEvent() with { Headers = [("Authorization", $"Bearer {Key}")], Covered = [("Authorization", 7)] }),
        ("cloudevents token", _ => CloudEvent() with { Query = $"?access_token={Key}", CoversQuery = true }),
        ("cloudevents basic", _ => Basic(SourceKind.Cloudevents, CloudEvent().Text)),
        ("github", _ => Hmac(SourceKind.Github, "X-Hub-Signature-256", "sha256=", Hex, """{"action":"opened"}""").With("X-GitHub-Delivery", Id()).With("X-GitHub-Event", "issues")),
        ("hmac", FreeForm),
    ];

    public static VendorRequest Make(string name, DateTimeOffset now) => All.Single(vendor => vendor.Name == name).Make(now);

    public static Source SourceOf(SourceKind kind) => Sources.Single(source => source.Kind == kind);

    public static string Id() => Guid.CreateVersion7().ToString();

    /// <summary>A signature over the body alone.</summary>
    public static VendorRequest Hmac(SourceKind kind, string header, string prefix, Func<byte[], string> write, string body) =>
        Covering(new VendorRequest(SourceOf(kind), Bytes(body)) { CoveredBody = .. }, header, prefix + write(Mac(body)));

    /// <summary>An SNS message with these members, in the order of the alphabet.</summary>
    public static VendorRequest Sns(string version, HashAlgorithmName hash, params (string Name, string Value)[] changes)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Message"] = $$$"""{"eventType":"Bounce","mail":{"messageId":"{{{Id()}}}"}}""", ["MessageId"] = Id(), ["Timestamp"] = "2026-11-23T10:00:00.000Z",
            ["TopicArn"] = TopicArn, ["Type"] = "Notification",
        };
        foreach (var (name, value) in changes.Where(change => change.Name != "SigningCertURL"))
        {
            members[name] = value;
        }

        var signed = string.Concat(members.Select(member => $"{member.Key}\n{member.Value}\n"));
        members["Signature"] = AmazonStub.Sign(Bytes(signed), hash);
        members["SignatureVersion"] = version;
        members["SigningCertURL"] = changes.FirstOrDefault(change => change.Name == "SigningCertURL").Value ?? AmazonStub.CertificateUrl;
        return new VendorRequest(SourceOf(SourceKind.AmazonSns), JsonSerializer.SerializeToUtf8Bytes(members, Plain))
        {
            ContentType = "text/plain; charset=UTF-8", CoveredBody = .., CoversInsertions = false,
        };
    }

    public static VendorRequest Salesforce(string inside = "")
    {
        var body = $"""
            <?xml version="1.0" encoding="UTF-8"?>{inside}<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D5g000004ABCDEA2</OrganizationId><ActionId>04k5g0000008ABC</ActionId><SessionId>a-session-of-theirs</SessionId><Notification><Id>{Id()}</Id><sObject xsi:type="sf:Contact" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>0035g00000ABCDE</sf:Id><sf:Email>grace@example.com</sf:Email><sf:Phone xsi:nil="true"/></sObject></Notification><Notification><Id>{Id()}</Id><sObject xsi:type="sf:Contact" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>0035g00000ABCDF</sf:Id></sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>
            """;
        var at = body.IndexOf("00D5g000004ABCDEA2", StringComparison.Ordinal);
        return new VendorRequest(SourceOf(SourceKind.Salesforce), Bytes(body))
        {
            Query = $"?code={Key}", ContentType = "text/xml; charset=utf-8", CoversQuery = true, CoveredBody = at..(at + 18), CoversInsertions = false,
        };
    }

    public static VendorRequest Mailgun(DateTimeOffset now)
    {
        var (time, token) = (Unix(now), RandomNumberGenerator.GetHexString(50, lowercase: true));
        return new VendorRequest(SourceOf(SourceKind.Mailgun), Bytes(
            $$$"""{"signature":{"timestamp":"{{{time}}}","token":"{{{token}}}","signature":"{{{Hex(Mac(time + token))}}}"},"event-data":{"id":"{{{Id()}}}","event":"opened","recipient":"grace@example.com"}}"""))
        {
            CoveredBody = .., Window = (TimeSpan.FromHours(9), TimeSpan.FromMinutes(5)),
        };
    }

    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    public static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static Source Of(SourceKind kind, string secret = "vendor-key")
    {
        var id = Profiles.Dictionary.DefinitionWords.Of(kind);
        return new Source { Id = id, Kind = kind, Name = id, SecretNames = [secret] };
    }

    private static VendorRequest Covering(VendorRequest request, string header, string value) =>
        request.With(header, value) with { Covered = [.. request.Covered, (header, 0)] };

    private static VendorRequest StandardWebhooks(SourceKind kind, string family, DateTimeOffset now)
    {
        var (id, time, body) = ($"msg_{Guid.CreateVersion7():n}", Unix(now), """{"type":"order.completed","data":{"user_id":"u1"}}""");
        var mac = HMACSHA256.HashData(Convert.FromBase64String(IngressApp.Secret[6..]), Bytes($"{id}.{time}.{body}"));
        var request = new VendorRequest(SourceOf(kind), Bytes(body)) { CoveredBody = .., Window = Minutes(5) };
        return Covering(Covering(Covering(request, $"{family}-id", id), $"{family}-timestamp", time), $"{family}-signature", $"v1,{Base64(mac)}");
    }

    private static VendorRequest Stripe(DateTimeOffset now)
    {
        var (time, body) = (Unix(now), $$$"""{"id":"evt_{{{Id()}}}","object":"event","type":"customer.created"}""");
        var request = new VendorRequest(SourceOf(SourceKind.Stripe), Bytes(body)) { CoveredBody = .., Window = (TimeSpan.FromMinutes(5), null) };
        return Covering(request, "Stripe-Signature", $"t={time},v1={Hex(Mac($"{time}.{body}", $"whsec_{Key}"))}");
    }

    private static VendorRequest HubSpot(Func<byte[], (string Version, string Signature)> sign)
    {
        var body = Bytes($$$"""[{"eventId":{{{Random.Shared.NextInt64()}}},"subscriptionId":1,"subscriptionType":"contact.creation"},{"eventId":{{{Random.Shared.NextInt64()}}},"subscriptionId":1}]""");
        var (version, signature) = sign(body);
        var request = new VendorRequest(SourceOf(SourceKind.Hubspot), body) { Query = "?portal=1", CoveredBody = .. };
        return Covering(Covering(request, "X-HubSpot-Signature", signature), "X-HubSpot-Signature-Version", version);
    }

    private static VendorRequest HubSpot3(DateTimeOffset now)
    {
        var time = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var body = $$$"""[{"eventId":{{{Random.Shared.NextInt64()}}},"subscriptionId":1}]""";
        var request = new VendorRequest(SourceOf(SourceKind.Hubspot), Bytes(body)) { Query = "?next=a%40b%20c", CoveredBody = .., CoversQuery = true, Window = Minutes(5) };
        return Covering(
            Covering(request, "X-HubSpot-Signature-v3", Base64(Mac($"POST{HubSpotUrl}?next=a@b%20c{body}{time}"))), "X-HubSpot-Request-Timestamp", time);
    }

    private static VendorRequest SendGrid(DateTimeOffset now)
    {
        var (time, body) = (Unix(now), $$$"""[{"email":"grace@example.com","event":"open","sg_event_id":"{{{Id()}}}"},{"email":"grace@example.com","event":"click","sg_event_id":"{{{Id()}}}"}]""");
        var signature = SendGridKey.SignData(Bytes(time + body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var request = new VendorRequest(SourceOf(SourceKind.Sendgrid), Bytes(body)) { CoveredBody = .., Window = (TimeSpan.FromHours(25), TimeSpan.FromMinutes(5)) };
        return Covering(
            Covering(request, "X-Twilio-Email-Event-Webhook-Signature", Base64(signature)), "X-Twilio-Email-Event-Webhook-Timestamp", time);
    }

    private static VendorRequest Basic(SourceKind kind, string body)
    {
        var source = SourceOf(kind);
        return new VendorRequest(source, Bytes(body))
        {
            Headers = [("Authorization", $"Basic {Base64(Bytes($"{source.Id}:{Key}"))}")],
            Covered = [("Authorization", 6)],
        };
    }

    private static VendorRequest Graph()
    {
        var body = $$$"""{"value":[{"subscriptionId":"{{{Id()}}}","clientState":"{{{Key}}}","changeType":"updated","resource":"users/1","resourceData":{"@odata.etag":"{{{Id()}}}"}}]}""";
        var at = body.IndexOf(Key, StringComparison.Ordinal);
        return new VendorRequest(SourceOf(SourceKind.MicrosoftGraph), Bytes(body)) { CoveredBody = at..(at + Key.Length), CoversInsertions = false };
    }

    private static VendorRequest CloudEvent() =>
        new(SourceOf(SourceKind.Cloudevents), Bytes($$$"""{"specversion":"1.0","type":"com.example.order","source":"/shop","id":"{{{Id()}}}","data":{}}"""))
        {
            ContentType = "application/cloudevents+json; charset=utf-8",
        };

    private static VendorRequest FreeForm(DateTimeOffset now)
    {
        var (id, time, body) = ($"id-{Guid.CreateVersion7():n}", Unix(now), """{"type":"order.completed","data":{"user_id":"u1"}}""");
        var mac = HMACSHA512.HashData(Bytes(Key), Bytes($"v0:{id}:{time}:{body}"));
        var request = new VendorRequest(SourceOf(SourceKind.Hmac), Bytes(body)) { CoveredBody = .., Window = Minutes(5) };
        return Covering(Covering(Covering(request, "x-id", id), "x-time", time), "x-signature", $"v0={Base64(mac)}");
    }

    private static (TimeSpan Oldest, TimeSpan? Newest) Minutes(int minutes) => (TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(minutes));

    private static string Unix(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static byte[] Mac(string text, string key = Key) => HMACSHA256.HashData(Bytes(key), Bytes(text));
}
