namespace Freshet.Gateway;

/// <summary>Why a mutation did nothing: an expected outcome, so it is part of the payload and not of <c>errors</c>.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people; says what to do.</param>
public abstract record Refusal(string Code, string Message);

/// <summary>The arguments contradict each other, or leave open what is meant.</summary>
public sealed record InvalidSelection(string Message) : Refusal("INVALID_SELECTION", Message);

/// <summary>Nothing fits the arguments.</summary>
public sealed record NothingSelected(string Message) : Refusal("NOTHING_SELECTED", Message);

/// <summary>A mapping that was given is none.</summary>
/// <param name="Message">For people.</param>
/// <param name="Details">Every error with its cure.</param>
public sealed record InvalidMapping(string Message, IReadOnlyList<string> Details) : Refusal("INVALID_MAPPING", Message);

/// <summary>A value that cannot be set by hand as it was given.</summary>
public sealed record InvalidOverride(string Message) : Refusal("INVALID_OVERRIDE", Message);

/// <summary>Nobody has that key.</summary>
public sealed record ProfileNotFound(string Message) : Refusal("PROFILE_NOT_FOUND", Message);

/// <summary>The profile does not have these identities.</summary>
public sealed record IdentitiesNotFound(string Message, IReadOnlyList<string> Namespaces) : Refusal("IDENTITIES_NOT_FOUND", Message);
