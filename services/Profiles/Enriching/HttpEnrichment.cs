namespace Freshet.Profiles.Enriching;

/// <summary>Asks a source about every profile that has what it is asked by, and applies the answer as an event of that source.</summary>
public sealed record HttpEnrichment
{
    /// <summary>The name of its file.</summary>
    public required string Name { get; init; }

    /// <summary>Who is asked, by its look-up. Traits that the answer brings have this source as their provenance.</summary>
    public required string SourceId { get; init; }

    /// <summary>How long an answer holds: events that come later have the profile asked about again.</summary>
    /// <value>30 days.</value>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Attempts that may fail, the first one included, before it is given up.</summary>
    /// <value>5.</value>
    public int Attempts { get; init; } = 5;

    /// <summary>Whether profiles that would be asked about with the same values share an answer. Only where none of the values is personal.</summary>
    public bool SharesAnswers { get; init; }
}
