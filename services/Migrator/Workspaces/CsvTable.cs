using System.Text;

namespace Freshet.Migrator.Workspaces;

/// <summary>A row of a table.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Cells">As they are written, without the quotes around them.</param>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Cells);

/// <summary>Reads comma-separated values as RFC 4180 has them: cells in double quotes may hold commas, line breaks and doubled quotes.</summary>
internal static class CsvTable
{
    /// <summary>The rows, the first with the names of the columns. Empty lines are left out.</summary>
    /// <exception cref="FormatException">A quoted cell has no end, or something follows its end, or a carriage return is alone; the message says the line.</exception>
    public static IEnumerable<CsvRow> Read(TextReader reader)
    {
        var cells = new List<string>();
        var (line, next) = (1, 1);
        while (ReadCell(reader, ref next, out var isLast) is { } cell)
        {
            cells.Add(cell);
            if (isLast)
            {
                if (cells is not [""])
                {
                    yield return new CsvRow(line, [.. cells]);
                }

                cells.Clear();
                line = next;
            }
        }
    }

    // Null: nothing is left.
    private static string? ReadCell(TextReader reader, ref int line, out bool isLast)
    {
        isLast = false;
        if (reader.Peek() < 0)
        {
            return null;
        }

        var text = new StringBuilder();
        var isQuoted = reader.Peek() == '"';
        if (isQuoted)
        {
            ReadQuoted(reader, text, ref line);
        }

        for (var next = reader.Read(); next != ','; next = reader.Read())
        {
            if (next is '\n' or < 0)
            {
                line++;
                isLast = true;
                break;
            }

            if (next == '\r')
            {
                ExpectLineFeed(reader, line);
                continue;
            }

            if (isQuoted)
            {
                throw new FormatException($"line {line}: something follows the closing quote of a cell; put a comma behind it, or double the quotes inside");
            }

            text.Append((char)next);
        }

        // A comma at the end of the file has an empty cell behind it that nobody missed.
        isLast |= reader.Peek() < 0;
        return text.ToString();
    }

    private static void ExpectLineFeed(TextReader reader, int line)
    {
        if (reader.Peek() != '\n')
        {
            throw new FormatException($"line {line}: a carriage return stands without a line feed; save the table with line ends LF or CRLF");
        }
    }

    private static void ReadQuoted(TextReader reader, StringBuilder text, ref int line)
    {
        var begin = line;
        _ = reader.Read();
        while (true)
        {
            var next = reader.Read();
            if (next < 0)
            {
                throw new FormatException($"line {begin}: a cell begins with a quote and has no closing one; add it, or double the quote");
            }

            if (next == '"' && reader.Peek() != '"')
            {
                return;
            }

            if (next == '"')
            {
                _ = reader.Read();
            }

            line += next == '\n' ? 1 : 0;
            text.Append((char)next);
        }
    }
}
