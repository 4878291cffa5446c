namespace Freshet.Migrator.Schema;

/// <summary>The schema files of this build.</summary>
public static class SchemaFiles
{
    private const string Folder = "Schema/";

    /// <summary>In the order of their versions.</summary>
    public static IReadOnlyList<SchemaFile> Embedded { get; } = InOrder(ReadEmbedded());

    /// <summary>Sorts by version and refuses gaps and doubles, which would leave two installations with different schemas.</summary>
    public static IReadOnlyList<SchemaFile> InOrder(IEnumerable<SchemaFile> files)
    {
        SchemaFile[] sorted = [.. files.OrderBy(file => file.Version)];
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Version != i + 1)
            {
                throw new FormatException($"Schema file {sorted[i].Name} should have number {i + 1:0000}: numbers have no gaps and no doubles.");
            }
        }

        return sorted;
    }

    private static IEnumerable<SchemaFile> ReadEmbedded()
    {
        var assembly = typeof(SchemaFiles).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return SchemaFile.From(resource[Folder.Length..], reader.ReadToEnd());
        }
    }
}
