using System.Text;
using System.Text.Unicode;

namespace Freshet.Gateway.DeadLetters;

/// <summary>The raw body of an event: as text when it is UTF-8, always as base64.</summary>
public sealed class RawBodyNode(ReadOnlyMemory<byte> body)
{
    public int Bytes => body.Length;

    /// <summary>Null when the bytes are not UTF-8.</summary>
    public string? Text => Utf8.IsValid(body.Span) ? Encoding.UTF8.GetString(body.Span) : null;

    public string Base64 => Convert.ToBase64String(body.Span);
}
