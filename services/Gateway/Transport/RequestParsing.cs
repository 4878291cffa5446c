using System.Buffers;
using System.Text.Json;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using GraphQL;

namespace Freshet.Gateway.Transport;

/// <summary>
/// Reads the parameters of a GraphQL request from JSON (GraphQL over HTTP, section 5.1). Strict: every parameter has its type
/// or is null, names are not repeated, and the number of values is bounded before anything is built from them.
/// </summary>
public sealed class RequestParsing(ResponseSerializer serializer)
{
    private const int MaxJsonDepth = 32;

    // A repeated name would be read differently by the proxy in front and by us.
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaxJsonDepth, AllowDuplicateProperties = false };
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxJsonDepth };

    /// <exception cref="RefusalException">The text is not one GraphQL request.</exception>
    public OperationRequest Parse(ReadOnlySequence<byte> json, int maxTokens)
    {
        using var document = ParseJson(json, maxTokens);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.Object => Parse(document.RootElement),
            JsonValueKind.Array => throw new RefusalException(ErrorCodes.BatchingDisabled, "Send one operation per request; a list of operations is not accepted."),
            _ => throw BadRequest("The body must be a JSON object with 'query'."),
        };
    }

    /// <exception cref="RefusalException">A parameter has the wrong type, or there is nothing to run.</exception>
    public OperationRequest Parse(JsonElement request)
    {
        var extensions = Map(request, "extensions");
        var query = Text(request, "query");
        var documentId = Text(request, "documentId") ?? PersistedHash(request);
        if (query is null && documentId is null)
            throw BadRequest("The request has no 'query'. Send {\"query\": \"...\"}, or the 'documentId' of a trusted document.");

        return new OperationRequest(query, Text(request, "operationName"), Map(request, "variables"), extensions, documentId);
    }

    /// <exception cref="RefusalException">The value of the query string is not a JSON object.</exception>
    public Inputs ParseMap(string? json, string name, int maxTokens)
    {
        if (string.IsNullOrEmpty(json))
            return Inputs.Empty;

        using var document = ParseJson(new ReadOnlySequence<byte>(System.Text.Encoding.UTF8.GetBytes(json)), maxTokens);
        return Map(document.RootElement, name, isProperty: false);
    }

    public static JsonDocument ParseJson(ReadOnlySequence<byte> json, int maxTokens)
    {
        try
        {
            var reader = new Utf8JsonReader(json, ReaderOptions);
            for (var count = 0; reader.Read(); count++)
            {
                if (count >= maxTokens)
                    throw new RefusalException(ErrorCodes.QueryTooLarge, $"The request holds more than {maxTokens} JSON values.");
            }

            return JsonDocument.Parse(json, DocumentOptions);
        }
        catch (JsonException exception)
        {
            throw BadRequest($"Not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).");
        }
    }

    private Inputs Map(JsonElement owner, string name, bool isProperty = true)
    {
        var value = owner;
        if (isProperty && !owner.TryGetProperty(name, out value))
            return Inputs.Empty;

        return value.ValueKind switch
        {
            JsonValueKind.Null => Inputs.Empty,
            JsonValueKind.Object => ReadMap(value, name),
            _ => throw BadRequest($"'{name}' must be a JSON object or null."),
        };
    }

    // The text is JSON already; what is left to go wrong are escapes that are no letter, such as half of a surrogate pair.
    private Inputs ReadMap(JsonElement value, string name)
    {
        try
        {
            return serializer.ReadInputs(value);
        }
        catch (JsonException)
        {
            throw BadRequest($"'{name}' holds text that is not valid Unicode.");
        }
    }

    private static string? Text(JsonElement request, string name)
    {
        if (!request.TryGetProperty(name, out var value))
            return null;

        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => Decode(value, name),
            _ => throw BadRequest($"'{name}' must be a string or null."),
        };
    }

    private static string Decode(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw BadRequest($"'{name}' holds text that is not valid Unicode.");
        }
    }

    // The form that Apollo clients send for automatic persisted queries.
    private static string? PersistedHash(JsonElement request) =>
        request.TryGetProperty("extensions", out var extensions)
        && extensions.ValueKind == JsonValueKind.Object
        && extensions.TryGetProperty("persistedQuery", out var persisted)
        && persisted.ValueKind == JsonValueKind.Object
            ? Text(persisted, "sha256Hash")
            : null;

    private static RefusalException BadRequest(string message) => new(ErrorCodes.BadRequest, message);
}
