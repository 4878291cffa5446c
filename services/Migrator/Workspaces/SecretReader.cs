using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Sources;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads <c>secrets</c>: references to parameters, whose values are judged but never shown or stored.</summary>
/// <param name="parameter">The value of a parameter, null if nobody set it.</param>
/// <param name="isRequired">False where only the files are judged: then a parameter may be missing, and is listed in <see cref="NotChecked"/>.</param>
internal sealed class SecretReader(Func<string, string?> parameter, bool isRequired)
{
    private const int ShortestWriteKey = 16;
    private readonly Dictionary<string, string> sourceByWriteKey = [];
    private readonly SortedSet<string> notChecked = new(StringComparer.Ordinal);

    /// <summary>Parameters without a value.</summary>
    public IReadOnlyCollection<string> NotChecked => notChecked;

    public IReadOnlyList<string> Read(YamlMap map, string sourceId, SourceKind? kind)
    {
        if (kind is SourceKind.AmazonSns)
        {
            RefuseSecrets(map);
            return [];
        }

        if (!map.Require("secrets", $"name the parameter that holds the secret, like 'secrets: [\"${{{sourceId}-secret}}\"]'"))
        {
            return [];
        }

        var references = map.Texts("secrets", "\"${demo-webhook-secret}\"");
        if (references.Count == 0 && map.Find("secrets") is YamlSequenceNode { Children.Count: 0 })
        {
            map.Error("secrets", "a source without a secret would accept anything from anybody; name at least one parameter, like \"${demo-webhook-secret}\"");
        }

        return [.. references.Select(reference => ReadOne(map, reference.Text, reference.Node, sourceId, kind)).OfType<string>()];
    }

    /// <summary>The parameter that a reference outside of <c>secrets</c> names, or null after reporting that it names none.</summary>
    public string? ReadReference(YamlMap map, string reference, YamlNode node) => ReadOne(map, reference, node, "", kind: null);

    // Amazon signs with certificates of its own.
    private static void RefuseSecrets(YamlMap map)
    {
        if (map.Has("secrets"))
        {
            map.Error("secrets", "Amazon SNS signs by its certificates and has no secret with us; remove 'secrets', and name your topics in 'topicArns'");
        }
    }

    private string? ReadOne(YamlMap map, string reference, YamlNode node, string sourceId, SourceKind? kind)
    {
        var match = Patterns.SecretReference.Match(reference);
        if (!match.Success)
        {
            map.File.Error(node.Start, "a secret is never written into a file; write the name of a parameter, like \"${demo-webhook-secret}\", and set that parameter");
            return null;
        }

        var name = match.Groups["name"].Value;
        if (Fault(name, sourceId, kind) is { } fault)
        {
            map.File.Error(node.Start, fault);
        }

        return name;
    }

    private string? Fault(string name, string sourceId, SourceKind? kind)
    {
        if (parameter(name) is not { } value)
        {
            notChecked.Add(name);
            return isRequired ? $"the parameter '{name}' is not set; set configuration Parameters:{name} ({VariableOf(name)})" : null;
        }

        return kind switch
        {
            null => null,
            SourceKind.Tracking or SourceKind.Mixpanel or SourceKind.Ga4 => WriteKeyFault(name, value, sourceId),
            { } known => SecretForms.FaultOf(known, value) is { } fault ? $"the value of parameter '{name}' is {fault}" : null,
        };
    }

    // Shells cannot set a variable with a hyphen in its name; SecretParameters reads both spellings.
    private static string VariableOf(string name) => name.Contains('-', StringComparison.Ordinal)
        ? $"environment variable Parameters__{name}, or in a shell Parameters__{name.Replace('-', '_')}"
        : $"environment variable Parameters__{name}";

    private string? WriteKeyFault(string name, string value, string sourceId)
    {
        if (value.Length < ShortestWriteKey || value.Any(c => c is <= ' ' or > '~' or ':'))
        {
            return $"the value of parameter '{name}' is no write key; give at least {ShortestWriteKey} letters and digits, without spaces and colons";
        }

        return sourceByWriteKey.TryAdd(value, sourceId) ? null
            : $"the write key of parameter '{name}' is also that of source '{sourceByWriteKey[value]}', but it must tell which source is calling; give each its own";
    }
}
