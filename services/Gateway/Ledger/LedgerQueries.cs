using Freshet.Gateway.Execution.Errors;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Ledger;

/// <summary>The account of what came in and what became of it.</summary>
public sealed class LedgerQueries(LedgerReader reader)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string? source, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        if (to <= from || to - from > Longest)
        {
            throw new RefusalException(GatewayErrorCodes.BadRange, "from must be before to, and at most 31 days.");
        }

        return reader.ListAsync(source, from, to, ct);
    }
}
