using System.Text.RegularExpressions;

namespace Freshet.Migrator.Workspaces;

/// <summary>The forms of names in workspace files.</summary>
internal static partial class Patterns
{
    /// <summary>Snake case. No double underscore and none at the end, so that the GraphQL name is unambiguous.</summary>
    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    public static partial Regex TraitName { get; }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    public static partial Regex SourceId { get; }

    [GeneratedRegex("^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$")]
    public static partial Regex EventType { get; }

    [GeneratedRegex("^[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+)*$")]
    public static partial Regex Path { get; }

    [GeneratedRegex("^\\$\\{(?<name>[A-Za-z][A-Za-z0-9_-]*)\\}$")]
    public static partial Regex SecretReference { get; }

    [GeneratedRegex("^external:[a-z0-9][a-z0-9_-]*$")]
    public static partial Regex ExternalNamespace { get; }

    [GeneratedRegex("^(?<number>[1-9][0-9]{0,4})(?<unit>[smhd])$")]
    public static partial Regex Duration { get; }
}
