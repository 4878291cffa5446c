using System.Collections.Frozen;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Events;
using Freshet.Profiles.Traits;

namespace Freshet.Migrator.Workspaces;

/// <summary>What is looked up, and in which column.</summary>
internal readonly record struct EnrichmentKey(TraitDefinition? Trait, string? Property, string Column);

/// <summary>A trait and the column that gives its value.</summary>
internal sealed record SetColumn(TraitDefinition Trait, string Column);

/// <summary>The rows of one table, as values of the dictionary's types.</summary>
/// <param name="path">Of the file, for messages.</param>
/// <param name="errors">Where they are reported.</param>
/// <param name="key">What is looked up.</param>
/// <param name="set">The traits that are set.</param>
/// <param name="columns">Places of the key's column and of those of the traits.</param>
internal sealed class TableContent(string path, WorkspaceErrors errors, EnrichmentKey key, List<SetColumn> set, int[] columns)
{
    // So that a table in the wrong place is told in a screen of text.
    private const int MostErrors = 20;

    private readonly TraitChecks? keyChecks = key.Trait is { } trait ? ChecksOf(trait) : null;
    private readonly TraitChecks?[] checks = [.. set.Select(entry => ChecksOf(entry.Trait))];
    private int width;
    private int faults;

    /// <param name="rows">At the first one, which names the columns.</param>
    /// <param name="most">How many may follow.</param>
    /// <returns>Null after a fault.</returns>
    public FrozenDictionary<string, JsonElement[]>? Read(IEnumerator<CsvRow> rows, int most)
    {
        var content = new Dictionary<string, JsonElement[]>();
        width = rows.Current.Cells.Count;
        while (rows.MoveNext() && faults < MostErrors)
        {
            if (content.Count == most)
            {
                Fault(rows.Current, $"the table has more than {most} rows; leave out those that nobody needs");
                break;
            }

            if (rows.Current.Cells.Count > width)
            {
                Fault(rows.Current, $"there are {rows.Current.Cells.Count} cells here, but the first line names {width} columns; put a cell with a comma into double quotes");
            }
            else if (KeyOf(rows.Current) is { } found && !content.TryAdd(found, CellsOf(rows.Current)))
            {
                Fault(rows.Current, "this key stands in the table a second time; remove one of the two rows");
            }
        }

        return faults == 0 ? content.ToFrozenDictionary() : null;
    }

    // In the form that the trait's values have when they are looked up.
    private string? KeyOf(CsvRow row)
    {
        var text = Cell(row, 0);
        if (text.Length == 0)
        {
            Fault(row, $"the column '{key.Column}' is empty here; give the row a key or remove it");
            return null;
        }

        return key.Trait is null ? text : ValueOf(row, key.Column, key.Trait, keyChecks, text) is { ValueKind: not JsonValueKind.Undefined } value ? Enrichment.KeyOf(value) : null;
    }

    private JsonElement[] CellsOf(CsvRow row)
    {
        var cells = new JsonElement[set.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            var text = Cell(row, i + 1);
            cells[i] = text.Length > 0 ? ValueOf(row, set[i].Column, set[i].Trait, checks[i], text) : default;
        }

        return cells;
    }

    private JsonElement ValueOf(CsvRow row, string column, TraitDefinition trait, TraitChecks? its, string text)
    {
        var fault = TraitValues.Coerce(trait.Type, JsonSerializer.SerializeToElement(text), out var value) ?? its?.Take(ref value, null);
        if (fault is null)
        {
            return value;
        }

        Fault(row, fault == RejectedValue.TypeMismatch
            ? $"column '{column}' is not of the type of '{trait.Name}', which is '{DefinitionWords.Of(trait.Type)}'; write it as an event would"
            : $"column '{column}' is no value that '{trait.Name}' would take from an event ({fault}); write one that it would, or change the trait");
        return default;
    }

    private static TraitChecks? ChecksOf(TraitDefinition trait) => TraitChecks.AreNeededBy(trait) ? new TraitChecks(trait) : null;

    private string Cell(CsvRow row, int place) => columns[place] < row.Cells.Count ? row.Cells[columns[place]].Trim() : "";

    private void Fault(CsvRow row, string message)
    {
        faults++;
        errors.Add(path, row.Line, 1, message);
    }
}
