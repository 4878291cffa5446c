namespace Freshet.Profiles.Enriching;

/// <summary>An order that nobody else works on until its lease is over.</summary>
/// <param name="ProfileId">Whom to ask about.</param>
/// <param name="Name">The enrichment.</param>
/// <param name="OrderId">Of the profile and the enrichment.</param>
/// <param name="Generation">Grows when the profile is ordered for again.</param>
/// <param name="Attempt">Which attempt this is, from 1.</param>
/// <param name="Lease">Proves the claim.</param>
public sealed record ClaimedOrder(Guid ProfileId, string Name, Guid OrderId, int Generation, int Attempt, Guid Lease);

/// <summary>How an order ended.</summary>
public enum OrderState
{
    Waiting = 0,

    /// <summary>The answer is in the event log.</summary>
    Answered = 1,

    /// <summary>The source does not know the profile.</summary>
    NotKnown = 2,

    /// <summary>Every attempt failed; the reason is in the row.</summary>
    GaveUp = 3,
}

/// <summary>What a source said, as kept for other profiles.</summary>
/// <param name="Body">Null: it knows nothing.</param>
/// <param name="AnsweredAt">When it said so.</param>
public sealed record SharedAnswer(byte[]? Body, DateTimeOffset AnsweredAt);
