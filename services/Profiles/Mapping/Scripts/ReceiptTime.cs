using Jint.Runtime;

namespace Freshet.Profiles.Mapping.Scripts;

/// <summary>The only clock that a script knows: when the event was received.</summary>
internal sealed class ReceiptTime(DateTimeOffset receivedAt) : DefaultTimeSystem(TimeZoneInfo.Utc, System.Globalization.CultureInfo.InvariantCulture)
{
    public override DateTimeOffset GetUtcNow() => receivedAt;
}
