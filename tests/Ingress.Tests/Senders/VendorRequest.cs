using System.Net.Http.Headers;
using System.Text;
using Freshet.Ingress.Verifying;
using Freshet.Profiles.Sources;
using Microsoft.AspNetCore.Http;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>A request as a vendor sends it, and which of it its proof covers.</summary>
internal sealed record VendorRequest(Source Source, byte[] Body)
{
    public string Query { get; init; } = "";

    public string ContentType { get; init; } = "application/json";

    /// <summary>Headers besides those of HTTP.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Headers of which every character counts, from the one given on (before it, case does not matter).</summary>
    public IReadOnlyList<(string Name, int From)> Covered { get; init; } = [];

    /// <summary>The bytes of the body that count.</summary>
    public Range CoveredBody { get; init; } = ..0;

    /// <summary>False where bytes put in between can mean nothing, like a backslash before a slash.</summary>
    public bool CoversInsertions { get; init; } = true;

    public bool CoversQuery { get; init; }

    /// <summary>The window in which it may arrive.</summary>
    public (TimeSpan Oldest, TimeSpan? Newest)? Window { get; init; }

    public VendorRequest With(string header, string? value) => this with
    {
        Headers = [.. Headers.Where(pair => pair.Name != header), .. value is null ? [] : new[] { (header, value) }],
    };

    /// <summary>What a proof sees of it.</summary>
    public RequestHead HeadAt(DateTimeOffset now)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in Headers)
        {
            headers.Append(name, value);
        }

        return new RequestHead(headers, "POST", Query, now);
    }

    public HttpRequestMessage ToHttp()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/{Source.Id}{Query}") { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        }

        return request;
    }

    public string Text => Encoding.UTF8.GetString(Body);
}
