namespace Freshet.Ingress.Tests;

/// <summary>A clock that runs like the real one, but shows another time: published signatures were made long ago.</summary>
internal sealed class ShiftedClock(DateTimeOffset start) : TimeProvider
{
    private readonly TimeSpan _shift = start - System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;
}
