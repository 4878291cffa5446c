namespace Freshet.Profiles.Dictionary;

/// <summary>One trait of the data dictionary.</summary>
public sealed record TraitDefinition
{
    /// <summary>Snake case, starts with a letter: <c>first_name</c>. GraphQL shows it as <c>firstName</c>.</summary>
    public required string Name { get; init; }

    public required TraitType Type { get; init; }

    public string? Description { get; init; }

    /// <summary>Personal values are sealed wherever they are stored.</summary>
    public bool IsPersonal { get; init; }

    /// <summary>How values of several events become one. Ignored for a computed trait.</summary>
    public TraitPolicy Policy { get; init; } = TraitPolicy.Latest;

    /// <summary>For <see cref="TraitPolicy.SourcePriority"/>: sources from most to least trusted; others come last.</summary>
    public IReadOnlyList<string> SourcePriority { get; init; } = [];

    /// <summary>The promise of freshness: an older observation is stale. Null: never stale.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>What a reader gets when nothing is known. A JSON text, null for none.</summary>
    public string? Default { get; init; }

    /// <summary>Set for a computed trait: its value comes from events' properties, never from an observed trait.</summary>
    public Computation? Computed { get; init; }
}

public enum TraitType
{
    String = 0,
    Integer = 1,
    Decimal = 2,
    Boolean = 3,

    /// <summary>A calendar day, <c>2026-11-23</c>.</summary>
    Date = 4,

    /// <summary>An instant, RFC 3339.</summary>
    DateTime = 5,

    /// <summary>A list of strings.</summary>
    List = 6,

    /// <summary>Any JSON object.</summary>
    Object = 7,
}

/// <summary>How observations merge. Every policy is commutative and associative, so the order of arrival does not matter.</summary>
public enum TraitPolicy
{
    /// <summary>The latest by event time, then event id.</summary>
    Latest = 0,

    /// <summary>The earliest by event time, then event id.</summary>
    First = 1,
    Max = 2,
    Min = 3,

    /// <summary>The sum over events; each event counts once.</summary>
    Sum = 4,

    /// <summary>The union of lists.</summary>
    Union = 5,

    /// <summary>The latest value of the most trusted source that sent one.</summary>
    SourcePriority = 6,
}

/// <summary>A rule that derives a trait from events.</summary>
public sealed record Computation
{
    public required Aggregate Aggregate { get; init; }

    /// <summary>The event type that it reads, for example <c>order.completed</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>Dotted path into the event's properties. Null only for <see cref="Aggregate.Count"/>, and for first and last, which then give the time.</summary>
    public string? Property { get; init; }

    /// <summary>Only events of the last so many whole days (UTC), today included. Null: of all time.</summary>
    public int? WindowDays { get; init; }
}

public enum Aggregate
{
    Count = 0,
    Sum = 1,
    Min = 2,
    Max = 3,
    First = 4,
    Last = 5,

    /// <summary>How many different values.</summary>
    Distinct = 6,
}
