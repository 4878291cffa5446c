namespace Freshet.Profiles.Events;

/// <summary>A value of an event that a trait cannot take: the event is applied without it, and the trait stays as it was. The value itself is only
/// in the raw event.</summary>
/// <param name="Trait">A name of the dictionary.</param>
/// <param name="Code">Why: one of the constants.</param>
public sealed record RejectedValue(string Trait, string Code)
{
    /// <summary>It is not of the dictionary's type and cannot be taken as such.</summary>
    public const string TypeMismatch = "type.mismatch";

    /// <summary>It is null, and the trait's policy takes nothing back: only <c>latest</c> and <c>source_priority</c> do.</summary>
    public const string NotClearable = "null.not-clearable";

    /// <summary>It is to count only where nothing was known before, and the trait's policy is not <c>first</c>.</summary>
    public const string NotFirst = "policy.not-first";
}
