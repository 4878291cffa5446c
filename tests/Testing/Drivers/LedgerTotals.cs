namespace Freshet.Testing.Drivers;

/// <summary>The ledger of all sources, added up over the last day.</summary>
public sealed record LedgerTotals(long Received, long Applied, long Duplicate, long Filtered, long Parked, long Waiting, long Residue)
{
    private const string Query =
        """
        query($from: DateTime!, $to: DateTime!) {
          ledger(from: $from, to: $to) { received applied duplicate filtered parked waiting residue }
        }
        """;

    /// <summary>A reader that <see cref="Eventually"/> can call again and again.</summary>
    public static Func<CancellationToken, Task<LedgerTotals>> ReadAsync(GraphQLClient client) => async cancellationToken =>
    {
        var now = TimeProvider.System.GetUtcNow();
        var data = await client.QueryAsync(Query, new { from = now.AddDays(-1), to = now.AddHours(1) }, cancellationToken);
        var entries = data.GetProperty("ledger").EnumerateArray().ToList();
        long Sum(string name) => entries.Sum(entry => entry.GetProperty(name).GetInt64());
        return new(Sum("received"), Sum("applied"), Sum("duplicate"), Sum("filtered"), Sum("parked"), Sum("waiting"), Sum("residue"));
    };
}
