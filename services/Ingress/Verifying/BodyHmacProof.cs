namespace Freshet.Ingress.Verifying;

/// <summary>
/// A signature of the body alone in one header: Shopify, WooCommerce, GitHub, Meta. No time and no id are signed, so a delivery that somebody reads
/// on its way can be sent again by them; it is then the same event.
/// </summary>
public sealed class BodyHmacProof : IProof
{
    private readonly IReadOnlyList<byte[]> _keys;
    private readonly IReadOnlyList<string> _headers;
    private readonly string _prefix;
    private readonly MacForm _form;

    private BodyHmacProof(IReadOnlyList<byte[]> keys, MacForm form, string prefix, params string[] headers) =>
        (_keys, _form, _prefix, _headers) = (keys, form, prefix, headers);

    /// <summary>Both families of headers: the one of classic topics and the one of Events.</summary>
    public static BodyHmacProof Shopify(IReadOnlyList<byte[]> keys) => new(keys, MacForm.Sha256Base64, "", "X-Shopify-Hmac-Sha256", "shopify-hmac-sha256");

    public static BodyHmacProof WooCommerce(IReadOnlyList<byte[]> keys) => new(keys, MacForm.Sha256Base64, "", "X-WC-Webhook-Signature");

    /// <summary>GitHub, and Meta, which took the form over.</summary>
    public static BodyHmacProof GitHub(IReadOnlyList<byte[]> keys) => new(keys, MacForm.Sha256Hex, "sha256=", "X-Hub-Signature-256");

    public Verification CheckHead(in RequestHead head) => Read(head, out _) is var outcome and not Outcome.Verified
        ? Verification.Refused(outcome)
        : Verification.Proven(head.Now);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        var outcome = Read(head, out var signature);
        if (outcome != Outcome.Verified)
        {
            return Verification.Refused(outcome);
        }

        return signature.StartsWith(_prefix, StringComparison.Ordinal) && Mac.Fits(signature.AsSpan(_prefix.Length), _form, _keys, default, body)
            ? Verification.Proven(head.Now)
            : Verification.Refused(Outcome.NoMatch);
    }

    // A request with headers of both families could mean one thing to us and another to its sender.
    private Outcome Read(in RequestHead head, out string signature)
    {
        signature = string.Empty;
        var found = Outcome.HeaderMissing;
        foreach (var name in _headers)
        {
            var outcome = OneHeader.Read(head.Headers, name, out var value);
            if (outcome == Outcome.HeaderMissing)
            {
                continue;
            }

            (found, signature) = (found == Outcome.HeaderMissing ? outcome : Outcome.HeaderRepeated, value);
        }

        return found;
    }
}
