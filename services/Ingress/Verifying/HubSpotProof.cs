using System.Security.Cryptography;
using System.Text;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// HubSpot, three versions (https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests). 3: HMAC-SHA256 over
/// <c>METHOD + address + body + timestamp</c>. 2 and 1: plain SHA-256 over <c>secret [+ METHOD + address] + body</c>, which someone who knows one
/// request could extend, but only by bytes that no JSON has. A request with a signature of version 3 is judged by it alone.
/// </summary>
/// <param name="secrets">The app's client secret; several during a rotation.</param>
/// <param name="publicUrl">The address that HubSpot calls, without query; null: only version 1 can be judged.</param>
public sealed class HubSpotProof(IReadOnlyList<byte[]> secrets, string? publicUrl) : IProof
{
    public const string Header = "X-HubSpot-Signature";
    public const string VersionHeader = "X-HubSpot-Signature-Version";
    public const string Header3 = "X-HubSpot-Signature-v3";
    public const string TimestampHeader = "X-HubSpot-Request-Timestamp";

    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public Verification CheckHead(in RequestHead head) => Read(head, out _, out _);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        var verification = Read(head, out var signature, out var version);
        if (!verification.IsVerified)
        {
            return verification;
        }

        var address = publicUrl + head.Query;
        var fits = version switch
        {
            "v1" => HashFits(signature, "", body),
            _ when publicUrl is null => false,
            "v2" => HashFits(signature, head.Method + address, body),
            _ => Fits3(signature, head, address, body),
        };
        return fits ? verification : Verification.Refused(Outcome.NoMatch);
    }

    private static Verification Read(in RequestHead head, out string signature, out string version)
    {
        version = "v3";
        var outcome = OneHeader.Read(head.Headers, Header3, out signature);
        if (outcome == Outcome.Verified)
        {
            outcome = OneHeader.Read(head.Headers, TimestampHeader, out var timestamp);
            return outcome == Outcome.Verified ? SentAt.Check(timestamp, 1, head.Now, Tolerance, Tolerance) : Verification.Refused(outcome);
        }

        if (outcome == Outcome.HeaderMissing)
        {
            outcome = OneHeader.Read(head.Headers, Header, out signature);
            outcome = outcome == Outcome.Verified ? OneHeader.Read(head.Headers, VersionHeader, out version) : outcome;
            outcome = outcome == Outcome.Verified && version is not ("v1" or "v2") ? Outcome.NoMatch : outcome;
        }

        return outcome == Outcome.Verified ? Verification.Proven(head.Now) : Verification.Refused(outcome);
    }

    // HubSpot decodes a part of the address before it signs; its own client library signs it as it is.
    private bool Fits3(string signature, in RequestHead head, string address, ReadOnlySpan<byte> body)
    {
        var timestamp = head.Headers[TimestampHeader][0];
        return Mac.Fits(signature, MacForm.Sha256Base64, secrets, head.Method + HubSpotAddress.Decode(address), body, timestamp)
            | Mac.Fits(signature, MacForm.Sha256Base64, secrets, head.Method + address, body, timestamp);
    }

    private bool HashFits(string signature, string before, ReadOnlySpan<byte> body)
    {
        var fits = false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var secret in secrets)
        {
            using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            sum.AppendData(secret);
            sum.AppendData(Encoding.UTF8.GetBytes(before));
            sum.AppendData(body);
            sum.GetHashAndReset(hash);
            fits |= Mac.IsText(signature, hash, MacEncoding.Hex);
        }

        return fits;
    }
}
