using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Freshet.Simulators.Signing;

namespace Freshet.System.Tests.Vendors;

/// <summary>A recorded payload as a request that its vendor would send: wrapped and proven.</summary>
internal static class VendorRequests
{
    private static readonly Uri HubSpotAddress = new("https://hooks.example.com/webhooks/hubspot");

    /// <param name="installation">Where to.</param>
    /// <param name="kind">Whose.</param>
    /// <param name="id">The delivery's.</param>
    /// <param name="headers">Those of the vendor that tell what it is.</param>
    /// <param name="body">One event, as the mapping sees it.</param>
    public static HttpRequestMessage Of(VendorInstallation installation, string kind, string id, IReadOnlyDictionary<string, string> headers, JsonNode body)
    {
        if (Simulators.Signing.Vendors.All.FirstOrDefault(vendor => vendor.Name == kind) is { } vendor)
        {
            return Simulated(installation, vendor, id, headers, body);
        }

        var bytes = Encoding.UTF8.GetBytes(Wrap(kind, body).ToJsonString());
        var request = new HttpRequestMessage(HttpMethod.Post, installation.AddressOf(kind)) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in headers.Append(ProofOf(kind, bytes)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static HttpRequestMessage Simulated(VendorInstallation installation, Vendor vendor, string id, IReadOnlyDictionary<string, string> headers, JsonNode body)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (vendor.Name == "mailgun")
        {
            // Recorded with a signature of its time.
            body.AsObject().Remove("signature");
        }

        if (vendor.Name == "salesforce")
        {
            body["OrganizationId"] = VendorInstallation.Organization;
        }

        var own = headers.Where(header => !header.Key.EndsWith("-id", StringComparison.OrdinalIgnoreCase)).ToDictionary();
        var happened = new VendorEvent(id, own, Encoding.UTF8.GetBytes(body.ToJsonString()));
        var address = vendor.Name == "hubspot" ? HubSpotAddress : installation.AddressOf(vendor.Name);
        var key = vendor.Name switch
        {
            "sendgrid" => installation.SendGridKey,
            "stripe" => VendorInstallation.StripeKey,
            _ => VendorInstallation.Key,
        };
        var request = vendor.Request(new Attempt(happened, address, key, 0, now, now));
        request.RequestUri = new Uri(installation.AddressOf(vendor.Name) + request.RequestUri!.Query);
        return request;
    }

    private static JsonNode Wrap(string kind, JsonNode body)
    {
        switch (kind)
        {
            case "meta":
                return new JsonObject { ["object"] = "page", ["entry"] = new JsonArray(body.DeepClone()) };
            case "microsoft-graph":
                body["clientState"] = VendorInstallation.Key;
                return new JsonObject { ["value"] = new JsonArray(body.DeepClone()) };
            default:
                return body;
        }
    }

    private static KeyValuePair<string, string> ProofOf(string kind, byte[] body)
    {
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(VendorInstallation.Key), body));
        return kind switch
        {
            "amazon-sns" => new("x-signature", mac),
            "github" or "meta" => new("X-Hub-Signature-256", $"sha256={mac}"),
            "cloudevents" => new("Authorization", $"Bearer {VendorInstallation.Key}"),
            "postmark" => new("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"postmark:{VendorInstallation.Key}"))),
            "microsoft-graph" => new("x-nothing", "the state in the body is the proof"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no proof for this kind; add one here."),
        };
    }
}
