using System.Buffers.Binary;
using System.Text.Json;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>The names and values in Redis. docs/architecture.md, section 5, is the table of them.</summary>
internal static class FreshKeys
{
    internal const string Changes = "f:changes";

    /// <summary>Which process of Redis the stream's last unbroken part is from, and where that part begins.</summary>
    internal const string Unbroken = "f:unbroken";
    internal const string ProfilePrefix = "f:p:";
    internal const string IdentityPrefix = "f:i:";

    /// <summary>Bytes before the sealed document: version (8, big-endian) and key id (16).</summary>
    private const int HeaderSize = 24;

    internal static RedisKey Profile(Guid profileId) => $"{ProfilePrefix}{profileId:n}";

    /// <summary>There while nobody asks this source about this profile again.</summary>
    internal static RedisKey LookUp(string sourceId, Guid profileId) => $"f:l:{sourceId}:{profileId:n}";

    internal static RedisKey Identity(Guid identityId) => $"{IdentityPrefix}{identityId:n}";

    internal static byte[] Value(ProfileDocument document, DataKey key) =>
        [.. Header(document.Version, key.Id), .. key.Seal(Text(document), Place(document.Id))];

    /// <summary>What is inside the seal.</summary>
    internal static byte[] Text(ProfileDocument document) => FreshText.Of(document);

    /// <summary>Of a profile that was merged away: no key id, and the profile that took over instead of a document.</summary>
    internal static byte[] Value(ProfileRedirect redirect) => [.. Header(redirect.Version, Guid.Empty), .. redirect.MergedInto.ToByteArray(bigEndian: true)];

    internal static Guid KeyIdOf(ReadOnlySpan<byte> value) => new(value[8..HeaderSize], bigEndian: true);

    internal static bool IsWellFormed(ReadOnlySpan<byte> value) => value.Length >= HeaderSize + 16;

    internal static Guid RedirectOf(ReadOnlySpan<byte> value) => new(value[HeaderSize..], bigEndian: true);

    internal static ProfileDocument Open(Guid profileId, ReadOnlySpan<byte> value, DataKey key) =>
        JsonSerializer.Deserialize(OpenText(profileId, value, key), FreshJson.Default.ProfileDocument)
        ?? throw new JsonException("A fresh profile is null.");

    internal static byte[] OpenText(Guid profileId, ReadOnlySpan<byte> value, DataKey key) => key.Open(value[HeaderSize..], Place(profileId));

    private static byte[] Header(long version, Guid keyId)
    {
        var header = new byte[HeaderSize];
        BinaryPrimitives.WriteInt64BigEndian(header, version);
        keyId.TryWriteBytes(header.AsSpan(8), bigEndian: true, out _);
        return header;
    }

    private static byte[] Place(Guid profileId) => SealedPlace.Of("redis", profileId, "profile");
}
