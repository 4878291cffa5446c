using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Freshet.Ingress.Senders;

/// <summary>
/// Where an event's idempotency key is. All parts that an alternative names must be there, else the next is tried; if none fits, the key is the
/// SHA-256 of the event's bytes, so that a second delivery of the same bytes is the same event.
/// </summary>
/// <param name="Alternatives">Each a list of parts: <c>header:name</c>, the path of a member with slashes, <c>minute</c> of receipt, or <c>hash</c> of the
/// event; a part with <c>?</c> at its end may be missing.</param>
public sealed record MessageIdRule(params IReadOnlyList<IReadOnlyList<string>> Alternatives)
{
    private const string HeaderPart = "header:";
    private const string MinutePart = "minute";
    private const string HashPart = "hash";
    private const string HashName = "hash of the event";
    private const string NoId = "00000000-0000-0000-0000-000000000000";
    private const int Longest = 256;

    /// <summary>The signed id of Standard Webhooks.</summary>
    public static MessageIdRule OfProof { get; } = new();

    /// <summary>One alternative.</summary>
    public static MessageIdRule Of(params string[] parts) => new([parts]);

    /// <summary>The key of an event.</summary>
    /// <param name="headers">The kept headers of its request.</param>
    /// <param name="item">The event.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="receivedAt">When it was read.</param>
    public string Find(IReadOnlyDictionary<string, string> headers, JsonElement item, ReadOnlySpan<byte> bytes, DateTimeOffset receivedAt)
    {
        foreach (var parts in Alternatives)
        {
            var values = new List<string?>(parts.Count);
            foreach (var part in parts)
            {
                values.Add(part switch { MinutePart => MinuteOf(receivedAt), HashPart => HashOf(bytes), _ => Value(part, headers, item) });
            }

            if (!values.Contains(null))
            {
                var id = Join(values);
                return id.Length is > 0 and <= Longest && !id.AsSpan().ContainsAnyExceptInRange('!', '~') ? id : HashOf(System.Text.Encoding.UTF8.GetBytes(id));
            }
        }

        return HashOf(bytes);
    }

    public override string ToString() => Alternatives.Count == 0
        ? HashName
        : string.Join(", else ", Alternatives.Select(parts => string.Join(" + ", parts.Select(NameOf))));

    private static string NameOf(string part) =>
        part == HashPart ? HashName : $"`{part.Replace(HeaderPart, "", StringComparison.Ordinal).Replace('/', '.').TrimEnd('?')}`";

    // A colon inside of a part is written otherwise, or `a:b` and `c` would be the same key as `a` and `b:c`. The last part needs no end.
    private static string Join(List<string?> values) => string.Join(':', values.Select((value, index) => index == values.Count - 1
        ? value
        : value!.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal)));

    private static string? Value(string part, IReadOnlyDictionary<string, string> headers, JsonElement item)
    {
        if (part.StartsWith(HeaderPart, StringComparison.Ordinal))
        {
            return headers.GetValueOrDefault(part[HeaderPart.Length..]);
        }

        var isOptional = part.EndsWith('?');
        var member = item;
        foreach (var name in part.TrimEnd('?').Split('/'))
        {
            member = Step(member, name);
        }

        return member.ValueKind switch
        {
            JsonValueKind.String when member.GetString() is { Length: > 0 } text and not NoId => text,
            JsonValueKind.Number => member.GetRawText(),
            _ => isOptional ? "" : null,
        };
    }

    private static JsonElement Step(JsonElement place, string name) => place.ValueKind switch
    {
        JsonValueKind.Object when place.TryGetProperty(name, out var member) => member,
        JsonValueKind.Array when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < place.GetArrayLength() => place[index],
        _ => default,
    };

    private static string MinuteOf(DateTimeOffset instant) => (instant.ToUnixTimeSeconds() / 60).ToString(CultureInfo.InvariantCulture);

    private static string HashOf(ReadOnlySpan<byte> bytes) => $"sha256-{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
