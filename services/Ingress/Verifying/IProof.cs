namespace Freshet.Ingress.Verifying;

/// <summary>
/// How the requests of one source prove who sent them, with the keys of one workspace version. An answer depends on the arguments alone, except
/// where a scheme cannot do without more (Mailgun's used tokens, Amazon's certificates). Every comparison with a secret takes the same time
/// whatever the two have in common.
/// </summary>
public interface IProof
{
    /// <summary>Everything that the head alone decides, so that a stale or malformed request is refused before its body is read.</summary>
    Verification CheckHead(in RequestHead head);

    /// <summary>Whether the request is proven; checks the head again.</summary>
    /// <param name="head">What came before the body.</param>
    /// <param name="body">The raw bytes.</param>
    Verification Verify(in RequestHead head, ReadOnlySpan<byte> body);
}

/// <summary>A proof whose keys are not ours to configure: the request names the key.</summary>
public interface IFetchesKeys
{
    /// <summary>Gets the key that a body names, if it may be had. False: it could not be had now, and the sender should come again.</summary>
    ValueTask<bool> FetchAsync(ReadOnlyMemory<byte> body, CancellationToken ct);
}
