using System.Globalization;

namespace Freshet.Profiles.Traits;

/// <summary>UTC days, counted from 1970-01-01, and the windows made of them.</summary>
public static class Days
{
    public static int Of(DateTimeOffset instant) => (int)(instant.UtcDateTime.Date - DateTime.UnixEpoch).TotalDays;

    /// <summary>The first day of a window that ends today. Days after today are in the window of a later reader.</summary>
    public static int FirstOfWindow(int windowDays, DateTimeOffset now) => Of(now) - windowDays + 1;

    public static string Key(int day) => day.ToString(CultureInfo.InvariantCulture);

    public static int Parse(string key) => int.Parse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
