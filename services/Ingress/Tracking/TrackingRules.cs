namespace Freshet.Ingress.Tracking;

/// <summary>What a single call must bring to be accepted. Whether its values make sense is decided when it is applied.</summary>
public static class TrackingRules
{
    /// <summary>Largest call, in bytes, as the protocol says.</summary>
    public const int LargestCall = 32 * 1024;

    /// <summary>Largest batch, in bytes after decompression, as the protocol says.</summary>
    public const int LargestBatch = 500 * 1024;

    /// <summary>Most calls in one batch, as the protocol says.</summary>
    public const int MostCalls = 2_500;

    private const int LongestMessageId = 256;

    /// <summary>The first rule that a call breaks, with the member at fault; null if it may be accepted.</summary>
    /// <param name="members">The call's own members.</param>
    /// <param name="expected">The call that the address names; null in a batch, where the call names itself.</param>
    /// <param name="bytes">Its size.</param>
    public static (string Code, string Member, string Detail)? Broken(in TrackingMembers members, TrackingCall? expected, int bytes)
    {
        if (bytes > LargestCall)
        {
            return ("tracking.call-too-large", "", $"A call may have {LargestCall} bytes. Send less in it.");
        }

        var named = TrackingCalls.OfType(members.Type);
        if (members.Type is null ? expected is null : named is null || (expected ?? named) != named)
        {
            return ("tracking.type-unknown", "type", "Member type must be identify, track, page, screen, group or alias, and fit the address.");
        }

        return members.MessageId is { Length: 0 or > LongestMessageId }
            ? ("tracking.message-id-invalid", "messageId", $"A messageId has 1 to {LongestMessageId} characters. Leave it out to have one made.")
            : BrokenBy(members, expected ?? named!.Value);
    }

    private static (string Code, string Member, string Detail)? BrokenBy(in TrackingMembers members, TrackingCall call) => call switch
    {
        TrackingCall.Alias when !members.HasPreviousId =>
            ("tracking.previous-id-missing", "previousId", "An alias needs previousId: the identity that userId is another name of."),
        TrackingCall.Alias when !members.HasUserId =>
            ("tracking.identity-missing", "userId", "An alias needs userId: the identity that previousId belongs to."),
        _ when !members.HasUserId && !members.HasAnonymousId =>
            ("tracking.identity-missing", "userId", "A call needs userId or anonymousId, or it belongs to nobody."),
        TrackingCall.Track when string.IsNullOrWhiteSpace(members.Event) =>
            ("tracking.event-missing", "event", "A track call needs the name of its event."),
        TrackingCall.Group when !members.HasGroupId =>
            ("tracking.group-id-missing", "groupId", "A group call needs groupId."),
        _ => null,
    };
}
