using Freshet.Gateway.Execution.Errors;
using GraphQL;

namespace Freshet.Gateway.Transport.Http;

/// <summary>Writes one answer as an HTTP response.</summary>
public sealed class HttpResponder(ResponseSerializer serializer)
{
    private const string JsonType = AcceptedMedia.Json + "; charset=utf-8";
    private const string GraphQLResponseType = AcceptedMedia.GraphQLResponse + "; charset=utf-8";

    public async Task WriteAsync(HttpResponse response, ExecutionResult result, AcceptedMedia accepted, CancellationToken ct)
    {
        var mediaType = accepted.Single ?? AcceptedMedia.Json;
        response.StatusCode = StatusCodeMap.Choose(result, legacy: mediaType == AcceptedMedia.Json);
        response.ContentType = mediaType == AcceptedMedia.Json ? JsonType : GraphQLResponseType;
        AddHeaders(response);

        serializer.Write(response.BodyWriter, result);
        await response.BodyWriter.FlushAsync(ct);
    }

    /// <summary>An answer without request errors that is written already.</summary>
    public ValueTask WriteAsync(HttpResponse response, ReadOnlyMemory<byte> answer, AcceptedMedia accepted)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = accepted.Single == AcceptedMedia.GraphQLResponse ? GraphQLResponseType : JsonType;
        response.ContentLength = answer.Length;
        AddHeaders(response);
        return response.Body.WriteAsync(answer);
    }

    public static void AddHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // Profiles are personal and change: no cache on the way keeps an answer.
        headers.CacheControl = "no-store";
        headers.Vary = "Accept";
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
            headers.WWWAuthenticate = "Bearer realm=\"freshet\"";
        else if (response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            headers.Allow = "POST";
        else if (response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            headers.RetryAfter = "1";
    }
}
