namespace Freshet.Profiles.Ledger;

internal static class LedgerHours
{
    private const long TicksPerHour = TimeSpan.TicksPerHour;

    /// <summary>The UTC hour that an instant belongs to.</summary>
    internal static DateTimeOffset Of(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TicksPerHour), TimeSpan.Zero);
}
