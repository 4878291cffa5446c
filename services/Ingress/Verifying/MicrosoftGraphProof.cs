using System.Security.Cryptography;
using System.Text.Json;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// Microsoft Graph change notifications: nothing is signed; each item of <c>value</c> carries the <c>clientState</c> that was given with the
/// subscription (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks). All must fit.
/// </summary>
public sealed class MicrosoftGraphProof(IReadOnlyList<string> states) : IProof
{
    private readonly IReadOnlyList<byte[]> _hashes = [.. states.Select(SharedKeyProof.Hash)];

    public Verification CheckHead(in RequestHead head) => Verification.Proven(head.Now);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        if (JsonText.Parse(body) is not { ValueKind: JsonValueKind.Object } json
            || !json.TryGetProperty("value"u8, out var items)
            || items.ValueKind != JsonValueKind.Array
            || items.GetArrayLength() == 0)
        {
            return Verification.Refused(Outcome.BodyMalformed);
        }

        var fits = true;
        foreach (var item in items.EnumerateArray())
        {
            fits &= JsonText.Of(item, "clientState") is { } state && IsKnown(state);
        }

        return fits ? Verification.Proven(head.Now) : Verification.Refused(Outcome.NoMatch);
    }

    private bool IsKnown(string state)
    {
        var hash = SharedKeyProof.Hash(state);
        var known = false;
        foreach (var expected in _hashes)
        {
            known |= CryptographicOperations.FixedTimeEquals(hash, expected);
        }

        return known;
    }
}
