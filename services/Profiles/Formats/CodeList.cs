namespace Freshet.Profiles.Formats;

/// <summary>The lists of codes that come with this build: the files in <c>Data</c>.</summary>
internal static class CodeList
{
    /// <summary>The lines of a list without its remarks.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using var reader = new StreamReader(typeof(CodeList).Assembly.GetManifestResourceStream($"Formats/{name}")!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                yield return line;
            }
        }
    }
}
