using Freshet.Migrator.Workspaces.Yaml;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces;

/// <summary>The names of event types.</summary>
internal static class EventTypes
{
    /// <summary>The type, or null after reporting that its form is wrong.</summary>
    public static string? Check(YamlFile file, string? type, YamlNode? node)
    {
        if (type is null || Patterns.EventType.IsMatch(type))
        {
            return type;
        }

        file.Error(node!.Start, $"'{type}' is no event type; write lower-case words with dots between, in the past tense, like order.completed");
        return null;
    }
}
