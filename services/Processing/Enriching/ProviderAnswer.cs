namespace Freshet.Processing.Enriching;

/// <summary>What asking a source about a profile brought.</summary>
public abstract record ProviderAnswer
{
    private ProviderAnswer()
    {
    }

    /// <summary>Nobody was asked: what it said for another profile holds.</summary>
    public bool IsShared { get; init; }

    /// <summary>It knows something.</summary>
    /// <param name="Body">What.</param>
    /// <param name="AnsweredAt">When it said so; null: now.</param>
    public sealed record Known(byte[] Body, DateTimeOffset? AnsweredAt = null) : ProviderAnswer;

    /// <summary>It knows nothing: 404, 410 or 204.</summary>
    public sealed record NotKnown : ProviderAnswer;

    /// <summary>It wants to be left alone: 429, or any failure with <c>Retry-After</c>.</summary>
    /// <param name="After">For how long; null: it does not say.</param>
    public sealed record Later(TimeSpan? After) : ProviderAnswer;

    /// <summary>Nobody was asked, since too many calls failed.</summary>
    public sealed record NotAsked : ProviderAnswer;

    /// <summary>It failed, or could not be asked.</summary>
    /// <param name="Reason">A word for people: <c>timed-out</c>, <c>status-500</c>.</param>
    public sealed record Failed(string Reason) : ProviderAnswer;
}
