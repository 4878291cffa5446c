using System.Buffers;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Verifying;

/// <summary>An HMAC in the form that the source's settings describe.</summary>
public sealed class HmacProof : IProof
{
    private const int LongestId = 256;

    // No character that separates signed parts, so that they cannot be cut in two ways.
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=");

    private readonly IReadOnlyList<byte[]> _keys;
    private readonly HmacSettings _settings;
    private readonly MacForm _form;
    private readonly string _before;
    private readonly string _after;

    public HmacProof(IReadOnlyList<byte[]> keys, HmacSettings settings)
    {
        var at = settings.Signed.IndexOf(HmacSettings.Body, StringComparison.Ordinal);
        (_keys, _settings, _form) = (keys, settings, new MacForm(settings.Algorithm, settings.Encoding));
        (_before, _after) = (settings.Signed[..at], settings.Signed[(at + HmacSettings.Body.Length)..]);
    }

    public Verification CheckHead(in RequestHead head) => Read(head, out _, out _, out _);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        var verification = Read(head, out var signature, out var timestamp, out var id);
        if (!verification.IsVerified)
        {
            return verification;
        }

        return signature.StartsWith(_settings.Prefix, StringComparison.Ordinal)
            && Mac.Fits(signature.AsSpan(_settings.Prefix.Length), _form, _keys, Fill(_before, timestamp, id), body, Fill(_after, timestamp, id))
                ? verification
                : Verification.Refused(Outcome.NoMatch);
    }

    private static string Fill(string template, string timestamp, string id) =>
        template.Replace(HmacSettings.Timestamp, timestamp, StringComparison.Ordinal).Replace(HmacSettings.Id, id, StringComparison.Ordinal);

    private Verification Read(in RequestHead head, out string signature, out string timestamp, out string id)
    {
        (timestamp, id) = (string.Empty, string.Empty);
        var outcome = OneHeader.Read(head.Headers, _settings.Header, out signature);
        if (outcome == Outcome.Verified && _settings.IdHeader is { } idHeader)
        {
            outcome = OneHeader.Read(head.Headers, idHeader, out id);
            outcome = outcome == Outcome.Verified && (id.Length > LongestId || id.AsSpan().ContainsAnyExcept(IdCharacters)) ? Outcome.IdMalformed : outcome;
        }

        if (outcome == Outcome.Verified && _settings.TimestampHeader is { } timestampHeader)
        {
            outcome = OneHeader.Read(head.Headers, timestampHeader, out timestamp);
            return outcome == Outcome.Verified
                ? SentAt.Check(timestamp, 1000, head.Now, _settings.Tolerance, _settings.Tolerance)
                : Verification.Refused(outcome);
        }

        return outcome == Outcome.Verified ? Verification.Proven(head.Now) : Verification.Refused(outcome);
    }
}
