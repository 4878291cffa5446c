using System.IO.Pipelines;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Execution.Limits;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Freshet.Gateway.Transport.Http;

/// <summary>Reads a GraphQL request from a POST body or a GET query string.</summary>
public sealed class HttpRequestReader(RequestParsing parsing, IOptions<OperationLimitsOptions> limits)
{
    /// <exception cref="RefusalException">The request is not one this endpoint takes.</exception>
    public ValueTask<OperationRequest> ReadAsync(HttpRequest request, CancellationToken ct) =>
        HttpMethods.IsGet(request.Method) ? new ValueTask<OperationRequest>(ReadQueryString(request.Query)) : ReadBodyAsync(request, ct);

    private OperationRequest ReadQueryString(IQueryCollection query)
    {
        var text = Value(query, "query");
        var documentId = Value(query, "documentId");
        var extensions = parsing.ParseMap(Value(query, "extensions"), "extensions", limits.Value.MaxJsonTokens);
        documentId ??= PersistedHash(extensions);
        if (text is null && documentId is null)
            throw new RefusalException(ErrorCodes.BadRequest, "The URL has no 'query'. Add ?query=..., or the 'documentId' of a trusted document.");

        var variables = parsing.ParseMap(Value(query, "variables"), "variables", limits.Value.MaxJsonTokens);
        return new OperationRequest(text, Value(query, "operationName"), variables, extensions, documentId);
    }

    private static string? PersistedHash(GraphQL.Inputs extensions) =>
        extensions.TryGetValue("persistedQuery", out var persisted)
        && persisted is IDictionary<string, object?> map
        && map.TryGetValue("sha256Hash", out var hash)
            ? hash as string
            : null;

    private static string? Value(IQueryCollection query, string name)
    {
        var values = query[name];
        if (values.Count > 1)
            throw new RefusalException(ErrorCodes.BadRequest, $"The URL gives '{name}' more than once.");
        return values.Count == 0 || string.IsNullOrEmpty(values[0]) ? null : values[0];
    }

    private async ValueTask<OperationRequest> ReadBodyAsync(HttpRequest request, CancellationToken ct)
    {
        CheckContentType(request.ContentType);
        var max = limits.Value.MaxBodyBytes;
        if (request.ContentLength > max)
            throw TooLarge(max);

        // Kestrel then stops reading on its own; the loop below holds for servers that do not.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = max;

        try
        {
            return await ReadAsync(request.BodyReader, max, ct);
        }
        catch (BadHttpRequestException refused)
        {
            throw refused.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(max)
                : new RefusalException(ErrorCodes.BadRequest, "The body could not be read to its end.");
        }
    }

    private async ValueTask<OperationRequest> ReadAsync(PipeReader body, int max, CancellationToken ct)
    {
        while (true)
        {
            var read = await body.ReadAsync(ct);
            var isWhole = read.IsCompleted;
            try
            {
                if (read.Buffer.Length > max)
                    throw TooLarge(max);
                if (isWhole)
                    return parsing.Parse(read.Buffer, limits.Value.MaxJsonTokens);
            }
            finally
            {
                // Also when the body is refused: a read that is not given back would cut off the answer.
                body.AdvanceTo(isWhole ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
            }
        }
    }

    // Anything but JSON can be sent by a plain HTML form of another site.
    private static void CheckContentType(string? contentType)
    {
        var isJson = MediaTypeHeaderValue.TryParse(contentType, out var parsed)
            && parsed.MediaType.Equals(AcceptedMedia.Json, StringComparison.OrdinalIgnoreCase)
            && (!parsed.Charset.HasValue || parsed.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || parsed.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
        if (!isJson)
            throw new RefusalException(ErrorCodes.UnsupportedMediaType, "Send the request as 'Content-Type: application/json' in UTF-8.");
    }

    private static RefusalException TooLarge(int max) => new(ErrorCodes.BodyTooLarge, $"The body is larger than {max} bytes.");
}
