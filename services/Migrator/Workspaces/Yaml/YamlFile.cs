using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces.Yaml;

/// <summary>One workspace file, read as far as YAML goes.</summary>
/// <param name="path">For messages; and read, unless the text is given.</param>
/// <param name="errors">Where they are reported.</param>
/// <param name="content">The text of a file that lies nowhere.</param>
internal sealed class YamlFile(string path, WorkspaceErrors errors, string? content = null)
{
    // How YamlDotNet says it.
    private const string DuplicateKey = "Duplicate key ";

    public string Path { get; } = path;

    /// <summary>The file's one mapping, or null with the errors reported.</summary>
    public YamlMap? ReadMap(IReadOnlyList<string> keys)
    {
        var text = content ?? File.ReadAllText(Path);
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return AsMap(stream, keys);
        }
        catch (YamlException e)
        {
            ReportSyntax(text, e);
            return null;
        }
    }

    public void Error(Mark place, string message) => errors.Add(Path, (int)place.Line, (int)place.Column, message);

    private YamlMap? AsMap(YamlStream stream, IReadOnlyList<string> keys)
    {
        var example = $"write '{keys[0]}: ...' at the beginning of a line";
        if (stream.Documents.Count == 0 || YamlScalars.IsNull(stream.Documents[0].RootNode))
        {
            errors.Add(Path, 1, 1, $"the file is empty; {example}");
            return null;
        }

        if (stream.Documents.Count > 1)
        {
            Error(stream.Documents[1].RootNode.Start, "a second document begins here; keep one per file and remove '---'");
        }

        if (stream.Documents[0].RootNode is YamlMappingNode root)
        {
            return new YamlMap(this, root, keys);
        }

        Error(stream.Documents[0].RootNode.Start, $"the file must hold a mapping, not {YamlScalars.Describe(stream.Documents[0].RootNode)}; {example}");
        return null;
    }

    private void ReportSyntax(string text, YamlException e)
    {
        var lines = text.Split('\n');
        var tabs = Enumerable.Range(0, lines.Length).Where(i => Indentation(lines[i]).Contains('\t')).ToList();
        foreach (var i in tabs)
        {
            errors.Add(Path, i + 1, lines[i].IndexOf('\t') + 1, "a tab in the indentation; YAML indents with spaces");
        }

        if (tabs.Count == 0)
        {
            Error(e.Start, Reason(e));
        }
    }

    private static string Indentation(string line) => line[..(line.Length - line.TrimStart().Length)];

    private static string Reason(YamlException e)
    {
        var message = (e.InnerException as YamlException ?? e).Message.TrimEnd('.');
        return message.StartsWith(DuplicateKey, StringComparison.Ordinal)
            ? $"the key '{message[DuplicateKey.Length..]}' stands here a second time; remove one of the two"
            : $"not valid YAML: {message}; look for a wrong indentation, a missing colon or quote here or on the line before";
    }
}
