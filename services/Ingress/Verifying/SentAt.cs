using System.Globalization;

namespace Freshet.Ingress.Verifying;

/// <summary>Judges the time that a sender signed.</summary>
internal static class SentAt
{
    /// <summary>Digits only: the text itself is signed, so no second spelling may mean the same time.</summary>
    /// <param name="text">Unix seconds or milliseconds.</param>
    /// <param name="unit">Milliseconds per unit: 1000 for seconds.</param>
    /// <param name="now">When the request was read.</param>
    /// <param name="oldest">How old it may be.</param>
    /// <param name="newest">How far in the future it may lie; null: as far as it likes.</param>
    public static Verification Check(ReadOnlySpan<char> text, int unit, DateTimeOffset now, TimeSpan oldest, TimeSpan? newest)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() / unit)
        {
            return Verification.Refused(Outcome.TimestampMalformed);
        }

        var sentAt = DateTimeOffset.FromUnixTimeMilliseconds(number * unit);
        return (now - sentAt) switch
        {
            var age when age > oldest => Verification.Refused(Outcome.TooOld),
            var age when age < -newest => Verification.Refused(Outcome.TooNew),
            _ => Verification.Proven(sentAt),
        };
    }
}
