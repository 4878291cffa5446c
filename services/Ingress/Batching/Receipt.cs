using Freshet.Profiles.Batches;

namespace Freshet.Ingress.Batching;

/// <summary>What became of the events of a request.</summary>
public abstract record Receipt
{
    private Receipt()
    {
    }

    /// <summary>They are durable, in PostgreSQL or in the broker.</summary>
    /// <param name="Accepted">Were new, as far as is known.</param>
    /// <param name="Duplicates">Were known before.</param>
    /// <param name="Position">Token for <c>after:</c>.</param>
    public sealed record Durable(int Accepted, int Duplicates, Position Position) : Receipt;

    /// <summary>They are not: too many requests wait, or no server that could keep them answers.</summary>
    public sealed record Refused(string Code, string Detail, TimeSpan RetryAfter) : Receipt;
}
