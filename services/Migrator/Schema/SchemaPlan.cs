namespace Freshet.Migrator.Schema;

/// <summary>A row of <c>schema_journal</c>.</summary>
public sealed record JournalEntry(int Version, string Name, string Checksum);

/// <summary>Which files still have to run on a database with a given journal.</summary>
public static class SchemaPlan
{
    /// <summary>The files that the journal does not know, in order.</summary>
    /// <exception cref="SchemaException">The journal and the files tell different histories.</exception>
    public static IReadOnlyList<SchemaFile> Decide(IReadOnlyList<SchemaFile> files, IReadOnlyList<JournalEntry> journal)
    {
        var applied = journal.ToDictionary(entry => entry.Version);
        var newest = files.Count == 0 ? 0 : files[^1].Version;
        if (journal.FirstOrDefault(entry => entry.Version > newest) is { } unknown)
        {
            throw new SchemaException(
                $"The database has schema file {unknown.Name}, which this Migrator does not know (its newest is {newest:0000}): " +
                "a newer release of Freshet was here. Run that release, or restore the backup from before it.");
        }

        foreach (var file in files)
        {
            if (applied.TryGetValue(file.Version, out var entry) && entry.Checksum != file.Checksum)
            {
                throw new SchemaException(
                    $"Schema file {file.Name} was changed after it had been applied (as {entry.Name}, checksum {entry.Checksum[..12]}, " +
                    $"now {file.Checksum[..12]}). Undo the change and put it into a new file {newest + 1:0000}_what_it_does.sql. " +
                    "On a development database that may be lost, start over with an empty one (AppHost: --reset).");
            }
        }

        return [.. files.Where(file => !applied.ContainsKey(file.Version))];
    }
}
