using System.Net.Http.Headers;
using Freshet.Simulators.Sending;

namespace Freshet.Simulators.Signing;

/// <summary>
/// A vendor: how it writes and proves a request, and how it takes the answer. Written from the vendors' documentation, and not with the code that
/// verifies it: a mistake there would not show here a second time.
/// </summary>
/// <param name="Name">The kind of the source that it delivers to.</param>
/// <param name="Manner">What it does with answers.</param>
/// <param name="Write">Makes the content and the headers of one attempt.</param>
public sealed record Vendor(string Name, RetryManner Manner, Func<Attempt, SignedBody> Write)
{
    /// <summary>A request that its receiver can prove.</summary>
    public HttpRequestMessage Request(Attempt attempt)
    {
        var signed = Write(attempt);
        var request = new HttpRequestMessage(HttpMethod.Post, attempt.Address + signed.Query) { Content = new ByteArrayContent(signed.Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(signed.ContentType);
        foreach (var (name, value) in attempt.Event.Headers.Concat(signed.Headers))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}

/// <summary>One attempt to deliver an event.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Address">Where to.</param>
/// <param name="Key">The secret in the vendor's form: for SendGrid a private key (PKCS #8 in base64).</param>
/// <param name="Number">0 for the first.</param>
/// <param name="First">When the first attempt left.</param>
/// <param name="Now">When this one leaves.</param>
public sealed record Attempt(VendorEvent Event, Uri Address, string Key, int Number, DateTimeOffset First, DateTimeOffset Now);

/// <summary>What a vendor sends.</summary>
public sealed record SignedBody(byte[] Body, params IReadOnlyDictionary<string, string>[] HeaderSets)
{
    public string ContentType { get; init; } = "application/json";

    public string Query { get; init; } = "";

    public IEnumerable<KeyValuePair<string, string>> Headers => HeaderSets.SelectMany(set => set);
}
