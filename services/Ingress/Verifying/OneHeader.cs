namespace Freshet.Ingress.Verifying;

/// <summary>Reads a header that must come once: of two, two readers could believe different ones.</summary>
internal static class OneHeader
{
    /// <summary>Longer than any signature or list of signatures that a sender makes.</summary>
    public const int Longest = 1024;

    /// <summary>The value, or what is wrong with it.</summary>
    public static Outcome Read(IHeaderDictionary headers, string name, out string value)
    {
        var values = headers[name];
        value = values.Count == 1 ? values[0] ?? string.Empty : string.Empty;
        return (values.Count, value.Length) switch
        {
            ( > 1, _) => Outcome.HeaderRepeated,
            (_, 0) => Outcome.HeaderMissing,
            (_, > Longest) => Outcome.HeaderTooLong,
            _ => Outcome.Verified,
        };
    }
}
