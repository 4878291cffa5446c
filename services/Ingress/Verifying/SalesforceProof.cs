using Freshet.Ingress.Senders;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// Salesforce Outbound Messages: nothing is signed, and the organization's id is no secret, so it alone proves nothing. The address given to
/// Salesforce carries a key besides.
/// </summary>
public sealed class SalesforceProof(SharedKeyProof key, string? organizationId) : IProof
{
    // The last three of 18 characters are a checksum over the case of the others.
    private const int Significant = 15;

    public Verification CheckHead(in RequestHead head) => key.CheckHead(head);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        var verification = key.Verify(head, body);
        if (!verification.IsVerified)
        {
            return verification;
        }

        return SoapNotifications.Read(body)?.OrganizationId is not { } sender
            ? Verification.Refused(Outcome.BodyMalformed)
            : IsOurs(sender) ? verification : Verification.Refused(Outcome.OtherSender);
    }

    private bool IsOurs(string sender) => organizationId is not null && sender.Length is Significant or (Significant + 3)
        && (sender.Length == organizationId.Length
            ? sender == organizationId
            : organizationId.Length >= Significant && sender.AsSpan(0, Significant).SequenceEqual(organizationId.AsSpan(0, Significant)));
}
