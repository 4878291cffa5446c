using System.Text;
using Freshet.Ingress.Receiving;
using Microsoft.AspNetCore.WebUtilities;

namespace Freshet.Ingress.Mixpanel;

/// <summary>Finds the JSON of a request: it is the body, or base64 or plain text in the address's or a form's <c>data</c>.</summary>
public static class MixpanelBody
{
    private const string FormType = "application/x-www-form-urlencoded";
    private const string LinesType = "application/x-ndjson";

    /// <summary>The JSON, or why there is none.</summary>
    public static async Task<(PooledBody? Json, Refusal? Refusal)> ReadAsync(HttpContext http, int limit, string? encoding)
    {
        if (HttpMethods.IsGet(http.Request.Method))
        {
            return Decode(http.Request.Query["data"]);
        }

        try
        {
            return await BodyReader.ReadAsync(http, limit, encoding) is { } body
                ? Open(http.Request, body, limit)
                : (null, Refusal.TooLarge(limit));
        }
        catch (InvalidDataException)
        {
            return (null, Refusal.DamagedEncoding);
        }
    }

    private static (PooledBody? Json, Refusal? Refusal) Open(HttpRequest request, PooledBody body, int limit)
    {
        if (ContentTypes.IsAny(request, [LinesType]))
        {
            using (body)
            {
                return (Array(body.Span), null);
            }
        }

        if (!ContentTypes.IsAny(request, [FormType]) && !body.Span.StartsWith("data="u8))
        {
            return (body, null);
        }

        using (body)
        {
            using var reader = new FormReader(Encoding.UTF8.GetString(body.Span)) { ValueLengthLimit = limit };
            return Decode(reader.ReadForm().GetValueOrDefault("data"));
        }
    }

    // A line is an event.
    private static PooledBody Array(ReadOnlySpan<byte> lines)
    {
        var array = new PooledBody(lines.Length + 2);
        array.Append("["u8);
        foreach (var line in lines.Split((byte)'\n'))
        {
            if (lines[line].ContainsAnyExcept(" \t\r"u8))
            {
                array.Append(array.Length > 1 ? ","u8 : default);
                array.Append(lines[line]);
            }
        }

        array.Append("]"u8);
        return array;
    }

    private static (PooledBody? Json, Refusal? Refusal) Decode(Microsoft.Extensions.Primitives.StringValues data)
    {
        if (data is not [{ Length: > 0 } text])
        {
            return (null, Missing);
        }

        // Some clients write base64 into the form as it is: its plus signs have become blanks.
        var bytes = text[0] is '{' or '[' ? Encoding.UTF8.GetBytes(text) : FromBase64(text.Replace(' ', '+').Replace('-', '+').Replace('_', '/').TrimEnd('='));
        if (bytes is null)
        {
            return (null, Refusal.Malformed("mixpanel.data-invalid", "Member 'data' is neither JSON nor base64 of it.", ""));
        }

        var body = new PooledBody(bytes.Length);
        body.Append(bytes);
        return (body, null);
    }

    private static byte[]? FromBase64(string text)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }

    private static Refusal Missing { get; } = Refusal.Malformed("mixpanel.data-missing", "Send the events as JSON, or as base64 of it in 'data'.", "");
}
