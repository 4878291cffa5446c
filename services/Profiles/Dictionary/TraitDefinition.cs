using Freshet.Profiles.Formats;

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

    /// <summary>What a text, or each item of a list, is: it is brought to that format's one form. Null: any text, as it was written.</summary>
    public TextFormat? Format { get; init; }

    /// <summary>For <see cref="TraitType.Enum"/>: the texts that it can be. No two differ only by case.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The smallest value that is taken, as JSON of the type; null: any. For numbers, days and instants.</summary>
    public string? Minimum { get; init; }

    /// <summary>The largest value that is taken, as JSON of the type; null: any. For numbers, days and instants.</summary>
    public string? Maximum { get; init; }

    /// <summary>How many characters (Unicode code points) a text, or each item of a list, may have; null: any number.</summary>
    public int? MaxLength { get; init; }

    /// <summary>A regular expression that is found in every text, or item of a list; null: any text.</summary>
    public string? Pattern { get; init; }

    /// <summary>What an explicit null in an event means. A member that is absent never means anything.</summary>
    public MissingPolicy Missing { get; init; } = MissingPolicy.Default;

    /// <summary>The source whose look-up is asked when a reader wants a newer value. Null: the one that the value is from, else the first of
    /// <see cref="SourcePriority"/> that has a look-up.</summary>
    public string? RefreshFrom { get; init; }
}

/// <summary>What an explicit null in an event does to a trait.</summary>
public enum MissingPolicy
{
    /// <summary>It takes the value back: readers get the default again.</summary>
    Default = 0,

    /// <summary>Nothing.</summary>
    Keep = 1,

    /// <summary>It is a value like others: readers get null and not the dictionary's default.</summary>
    Null = 2,
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

    /// <summary>An amount and its currency, <c>{"minorUnits": 1250, "currency": "EUR"}</c>. Amounts of different currencies have no order and no sum.</summary>
    Money = 8,

    /// <summary>A length of time, ISO 8601: <c>P1Y2M3DT4H</c>. Months and days have no fixed length, so two of them have no order.</summary>
    Duration = 9,

    /// <summary>One of <see cref="TraitDefinition.Values"/>.</summary>
    Enum = 10,
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
