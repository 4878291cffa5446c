using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Freshet.Migrator.Schema;

/// <summary>One step of the schema's history. A released file never changes: the next change is the next file, which repeats a view whole where
/// only a column of it is new.</summary>
/// <param name="Version">Files run in this order, starting with 1, without gaps.</param>
/// <param name="Name">The file's name, <c>0001_core.sql</c>.</param>
/// <param name="Sql">Statements; all of them run in one transaction.</param>
public sealed record SchemaFile(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 in hex over the text with LF line ends, so that a checkout with CRLF has the same.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>Reads the version from the name <c>NNNN_what.sql</c>.</summary>
    /// <exception cref="FormatException">The name has another form.</exception>
    public static SchemaFile From(string name, string sql)
    {
        var hasForm = name.Length > 9 && name[4] == '_' && name.EndsWith(".sql", StringComparison.Ordinal);
        return hasForm && int.TryParse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new SchemaFile(version, name, sql)
            : throw new FormatException($"'{name}' is no name of a schema file; name it like 0007_what_it_does.sql.");
    }
}
