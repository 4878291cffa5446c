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

    /// <summary>No header that says how the message is sent, or that brings credentials of its own, and none of ours.</summary>
    [GeneratedRegex("^(?!(?i:host|authorization|cookie|content-.*|transfer-encoding|freshet-.*)$)[A-Za-z][A-Za-z0-9-]{0,63}$")]
    public static partial Regex Header { get; }

    /// <summary>A header that a call may bring: none that says how the message is sent, and none of ours.</summary>
    [GeneratedRegex("^(?!(?i:host|connection|content-.*|transfer-encoding|upgrade|te|trailer|expect|freshet-.*)$)[A-Za-z][A-Za-z0-9-]{0,63}$")]
    public static partial Regex SentHeader { get; }

    /// <summary>A header whose value is a secret.</summary>
    [GeneratedRegex("auth|key|token|secret|cookie|password", RegexOptions.IgnoreCase)]
    public static partial Regex SecretHeader { get; }

    [GeneratedRegex("^[!-9;-~]{1,64}$")]
    public static partial Regex BasicUser { get; }

    [GeneratedRegex(@"^[A-Za-z0-9:._-]{3,100}$", RegexOptions.CultureInvariant)]
    public static partial Regex MeasurementId { get; }

    [GeneratedRegex("^00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$")]
    public static partial Regex OrganizationId { get; }

    [GeneratedRegex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\\.fifo)?$")]
    public static partial Regex TopicArn { get; }

    [GeneratedRegex("^[A-Za-z0-9_$@.-]+$")]
    public static partial Regex BareWord { get; }

    [GeneratedRegex("^external:[a-z0-9][a-z0-9_-]*$")]
    public static partial Regex ExternalNamespace { get; }

    [GeneratedRegex("^(?<number>[1-9][0-9]{0,4})(?<unit>[smhd])$")]
    public static partial Regex Duration { get; }
}
