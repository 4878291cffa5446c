namespace Freshet.Ingress.Verifying;

/// <summary><see cref="StandardWebhooks"/> with the secrets of one source, under its header names or those of Svix, where the scheme comes from.</summary>
public sealed class StandardWebhooksProof(IReadOnlyList<SigningSecret> secrets, bool isSvix) : IProof
{
    private readonly string _id = isSvix ? "svix-id" : StandardWebhooks.IdHeader;
    private readonly string _timestamp = isSvix ? "svix-timestamp" : StandardWebhooks.TimestampHeader;
    private readonly string _signature = isSvix ? "svix-signature" : StandardWebhooks.SignatureHeader;

    public Verification CheckHead(in RequestHead head) => StandardWebhooks.CheckHeaders(HeadersOf(head), head.Now);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body) => StandardWebhooks.Verify(HeadersOf(head), body, secrets, head.Now);

    // Svix's own libraries read both families: some of its customers send under the neutral names.
    private SignatureHeaders HeadersOf(in RequestHead head) => isSvix && !head.Headers.ContainsKey(_signature)
        ? new(head.Headers[StandardWebhooks.IdHeader], head.Headers[StandardWebhooks.TimestampHeader], head.Headers[StandardWebhooks.SignatureHeader])
        : new(head.Headers[_id], head.Headers[_timestamp], head.Headers[_signature]);
}
