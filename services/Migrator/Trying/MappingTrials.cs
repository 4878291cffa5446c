using System.Text;
using System.Text.Json;
using Freshet.Migrator.Running;
using Freshet.Migrator.Workspaces;
using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Trying;

/// <summary>Tries a mapping on events and prints what each would be read as. Writes nothing.</summary>
internal static class MappingTrials
{
    /// <summary>The mapping of a file, or a built-in one by its name.</summary>
    /// <exception cref="MigrationException">There is none, or it has errors; all are told.</exception>
    public static CompiledMapping Candidate(string mapping)
    {
        if (BuiltInMappings.Find(mapping) is { } builtIn)
        {
            return Compile(builtIn);
        }

        if (!File.Exists(mapping))
        {
            throw new MigrationException($"there is no file '{mapping}' and no built-in mapping of that name; {Suggestion.For(mapping, BuiltInMappings.Names)}");
        }

        var errors = new WorkspaceErrors();
        var definition = MappingReader.Read(new YamlFile(mapping, errors));
        return errors.InOrder.Count == 0 ? Compile(definition!) : throw new MigrationException(string.Join('\n', errors.InOrder));
    }

    /// <summary>The events of a file: one, or an array of them. Each is a body as the vendor sends it, or <c>{"headers": {...}, "body": {...}}</c>.</summary>
    /// <exception cref="MigrationException">The file is not there, or holds something else.</exception>
    public static IReadOnlyList<RawEvent> EventsOf(string path, DateTimeOffset now)
    {
        try
        {
            var root = JsonElement.Parse(File.ReadAllBytes(path));
            return [.. (root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToArray() : [root]).Select((item, index) => RawOf(item, index, now))];
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            throw new MigrationException($"the events cannot be read: {failure.Message} Write one JSON object, or an array of them.", failure);
        }
    }

    /// <summary>A source that only reads.</summary>
    public static Source Sample { get; } = new() { Id = "sample", Name = "Sample", Kind = SourceKind.Hmac };

    public static async Task PrintAsync(IReadOnlyList<MappingTrial> trials, bool hasBefore, TextWriter output)
    {
        foreach (var trial in trials)
        {
            await output.WriteLineAsync(TrialText.Of(trial, hasBefore));
        }

        var refused = trials.Count(trial => trial.After.Refusal is not null);
        var changed = hasBefore ? $", {trials.Count(trial => trial.IsChanged)} read differently than now" : "";
        await output.WriteLineAsync($"{trials.Count} event(s){changed}, {refused} would be parked; nothing was written");
    }

    private static CompiledMapping Compile(MappingDefinition definition) =>
        MappingCompiler.Compile(definition, 0, out var errors) ?? throw new MigrationException(string.Join('\n', errors));

    private static RawEvent RawOf(JsonElement item, int index, DateTimeOffset now)
    {
        var isWrapped = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("body", out _) && item.TryGetProperty("headers", out _);
        var body = isWrapped ? item.GetProperty("body") : item;
        var headers = isWrapped && item.GetProperty("headers") is { ValueKind: JsonValueKind.Object } given
            ? given.EnumerateObject().ToDictionary(header => header.Name.ToLowerInvariant(), header => header.Value.ToString()) : [];
        var id = (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new RawEvent
        {
            EventId = EventIds.From(Sample.Id, id), SourceId = Sample.Id, MessageId = id, ReceivedAt = now,
            Format = RawEventFormat.Mapped, Headers = headers, Body = Encoding.UTF8.GetBytes(body.GetRawText()),
        };
    }
}
