namespace Freshet.Profiles.Events;

/// <summary>What reading makes of a raw event.</summary>
public abstract record ReadResult
{
    private ReadResult()
    {
    }

    /// <summary>It is understood.</summary>
    /// <param name="Event">What it says.</param>
    /// <param name="RejectedValues">Values that do not fit the dictionary; they were left out.</param>
    /// <param name="RejectedIdentities">Namespaces of identities that are malformed or placeholders; they were left out.</param>
    public sealed record Read(
        CanonicalEvent Event,
        IReadOnlyList<RejectedValue> RejectedValues,
        IReadOnlyList<string> RejectedIdentities) : ReadResult;

    /// <summary>It is not, and never will be until something is changed.</summary>
    public sealed record Refused(EventRefusal Refusal) : ReadResult;
}
