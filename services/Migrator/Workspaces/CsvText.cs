using System.Text;
using System.Text.Unicode;

namespace Freshet.Migrator.Workspaces;

/// <summary>The text of a table: UTF-8, so that a name with an accent is never read as another one.</summary>
internal static class CsvText
{
    /// <summary>Null after reporting what is wrong.</summary>
    public static string? Read(string path, WorkspaceErrors errors)
    {
        var bytes = File.ReadAllBytes(path);
        var fault = !Utf8.IsValid(bytes) ? "the table is not in UTF-8; save it as 'CSV UTF-8'"
            : bytes.Contains((byte)0) ? "the table has a NUL character; remove it"
            : null;
        if (fault is not null)
        {
            errors.Add(path, LineOfFault(bytes), 1, fault);
            return null;
        }

        return Encoding.UTF8.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes);
    }

    private static int LineOfFault(ReadOnlySpan<byte> bytes)
    {
        var line = 0;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            line++;
            if (!Utf8.IsValid(bytes[range]) || bytes[range].Contains((byte)0))
            {
                break;
            }
        }

        return line;
    }
}
