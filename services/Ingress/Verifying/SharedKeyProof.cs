using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Freshet.Ingress.Verifying;

/// <summary>Where a sender that cannot sign may bring its key. Null: not there.</summary>
/// <param name="BasicUser">HTTP Basic authentication with this user name and the key as password.</param>
/// <param name="Header">A header of its own.</param>
/// <param name="Query">A parameter of the address.</param>
/// <param name="IsBearer">Whether <c>Authorization: Bearer</c> is read.</param>
public sealed record KeyPlaces(string? BasicUser = null, string? Header = null, string? Query = null, bool IsBearer = false);

/// <summary>A key that the sender brings along: Postmark, Dataverse, Salesforce, CloudEvents. It must come in one place, once.</summary>
public sealed class SharedKeyProof : IProof
{
    private readonly IReadOnlyList<byte[]> _keyHashes;
    private readonly IReadOnlyList<byte[]> _basicHashes;
    private readonly KeyPlaces _places;

    public SharedKeyProof(IReadOnlyList<string> keys, KeyPlaces places)
    {
        _keyHashes = [.. keys.Select(Hash)];
        _basicHashes = [.. keys.Select(key => Hash($"{places.BasicUser}:{key}"))];
        _places = places;
    }

    public Verification CheckHead(in RequestHead head)
    {
        var verification = Verification.Refused(Outcome.HeaderMissing);
        var places = 0;
        if (head.Headers.Authorization.Count > 0 && (_places.BasicUser is not null || _places.IsBearer))
        {
            places++;
            verification = Judge(OneHeader.Read(head.Headers, "Authorization", out var value), FromAuthorization(value), head);
        }

        if (_places.Header is { } header && head.Headers.ContainsKey(header))
        {
            places++;
            verification = Judge(OneHeader.Read(head.Headers, header, out var value), IsKey(value, _keyHashes), head);
        }

        if (_places.Query is { } name && head.Query.Length > 0 && QueryHelpers.ParseQuery(head.Query).TryGetValue(name, out var values))
        {
            places += values.Count;
            verification = Judge(Outcome.Verified, IsKey(values[0] ?? "", _keyHashes), head);
        }

        return places > 1 ? Verification.Refused(Outcome.HeaderRepeated) : verification;
    }

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body) => CheckHead(head);

    private static Verification Judge(Outcome shape, bool fits, in RequestHead head) => shape switch
    {
        not Outcome.Verified => Verification.Refused(shape),
        _ => fits ? Verification.Proven(head.Now) : Verification.Refused(Outcome.NoMatch),
    };

    private bool FromAuthorization(string value)
    {
        const string Basic = "Basic ";
        const string Bearer = "Bearer ";
        if (_places.IsBearer && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return IsKey(value[Bearer.Length..], _keyHashes);
        }

        if (_places.BasicUser is null || !value.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value[Basic.Length..], bytes, out var written)
            && Convert.ToBase64String(bytes.AsSpan(0, written)) == value[Basic.Length..]
            && IsOne(SHA256.HashData(bytes.AsSpan(0, written)), _basicHashes);
    }

    private static bool IsKey(string given, IReadOnlyList<byte[]> hashes) => given.Length > 0 && IsOne(Hash(given), hashes);

    // Hashes are compared, so that neither the length nor the beginning of a key shows in the time of an answer.
    private static bool IsOne(ReadOnlySpan<byte> hash, IReadOnlyList<byte[]> hashes)
    {
        var fits = false;
        foreach (var known in hashes)
        {
            fits |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        return fits;
    }

    internal static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
