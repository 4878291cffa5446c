using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Freshet.Gateway.Transport.Http;

/// <summary>What the caller can read, from its Accept header (GraphQL over HTTP, section 6.2).</summary>
/// <param name="Single">Media type for one answer; null when none is accepted.</param>
/// <param name="EventStream">Whether a stream of events is accepted by name.</param>
/// <param name="Html">Whether a page is accepted by name: a browser's address bar.</param>
public readonly record struct AcceptedMedia(string? Single, bool EventStream, bool Html)
{
    public const string Json = "application/json";
    public const string GraphQLResponse = "application/graphql-response+json";
    public const string EventStreamType = "text/event-stream";

    /// <summary>Without a header, and for wildcards, application/json: what clients older than the specification expect.</summary>
    public static AcceptedMedia Parse(StringValues accept)
    {
        if (StringValues.IsNullOrEmpty(accept))
            return new AcceptedMedia(Json, EventStream: false, Html: false);
        if (accept.Count == 1 && Usual(accept[0]!) is { } usual)
            return new AcceptedMedia(usual, EventStream: false, Html: false);
        if (!MediaTypeHeaderValue.TryParseList(accept, out var values))
            return default;

        string? single = null;
        var eventStream = false;
        var html = false;
        foreach (var value in values.Where(value => value.Quality is not 0).OrderByDescending(value => value.Quality ?? 1))
        {
            var type = value.MediaType.Value;
            single ??= SingleOf(type);
            eventStream |= Is(type, EventStreamType);
            html |= Is(type, "text/html");
        }

        return new AcceptedMedia(single, eventStream, html);
    }

    // What GraphQL clients send, word for word: no need to take it apart.
    private static string? Usual(string accept) => accept switch
    {
        Json or "*/*" => Json,
        GraphQLResponse => GraphQLResponse,
        GraphQLResponse + ", " + Json or GraphQLResponse + "," + Json => GraphQLResponse,
        _ => null,
    };

    private static string? SingleOf(string? type) =>
        Is(type, GraphQLResponse) ? GraphQLResponse
        : Is(type, Json) || Is(type, "application/*") || Is(type, "*/*") ? Json
        : null;

    private static bool Is(string? type, string name) => string.Equals(type, name, StringComparison.OrdinalIgnoreCase);
}
