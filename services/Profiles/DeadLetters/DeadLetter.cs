namespace Freshet.Profiles.DeadLetters;

/// <summary>An event that was given up, with its reason. Its raw form is kept sealed and can be replayed.</summary>
public sealed record DeadLetter
{
    public required Guid Id { get; init; }

    public required Guid EventId { get; init; }

    public required string SourceId { get; init; }

    public required string MessageId { get; init; }

    public required string? Type { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset ParkedAt { get; init; }

    /// <summary><c>read</c>, <c>map</c>, <c>apply</c> or <c>bus</c>.</summary>
    public required string Stage { get; init; }

    public required string Code { get; init; }

    /// <summary>Tells the cure; never holds values of the event.</summary>
    public required string Reason { get; init; }

    /// <summary>Equal causes have equal fingerprints.</summary>
    public required string Fingerprint { get; init; }

    public required int Attempts { get; init; }

    public required DeadLetterState State { get; init; }

    public required Guid BatchId { get; init; }

    public required Guid? ReplayBatchId { get; init; }
}

public enum DeadLetterState
{
    Parked = 0,

    /// <summary>In a replay batch that is not applied yet.</summary>
    Replaying = 1,

    /// <summary>Applied by a replay.</summary>
    Replayed = 2,
}

/// <summary>Which dead letters to list; null means any.</summary>
public sealed record DeadLetterFilter(string? SourceId = null, string? Fingerprint = null, DeadLetterState? State = null);

/// <summary>A page, newest first.</summary>
/// <param name="Items">The letters.</param>
/// <param name="HasMore">Whether more follow.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, bool HasMore);

/// <summary>Place in the listing: what comes after this letter.</summary>
public readonly record struct DeadLetterCursor(DateTimeOffset ParkedAt, Guid Id);

/// <summary>Which parked letters to replay: those that meet every condition given. At least one is needed.</summary>
public sealed record ReplaySelection
{
    /// <summary>These letters; null means any.</summary>
    public IReadOnlyList<Guid>? DeadLetterIds { get; init; }

    public string? Fingerprint { get; init; }

    public string? SourceId { get; init; }

    /// <summary>Parked at or after this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Parked before this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Which version of a mapping reads them, <c>shopify@3</c>; null: the one in force. Selects nothing.</summary>
    public string? MappingVersion { get; init; }
}

/// <summary>What a replay set in motion.</summary>
/// <param name="BatchIds">New batches of at most 500 events each: announce them as <c>EventsReceived</c>.</param>
/// <param name="Events">How many events they hold.</param>
public sealed record ReplayRun(IReadOnlyList<Guid> BatchIds, int Events);
