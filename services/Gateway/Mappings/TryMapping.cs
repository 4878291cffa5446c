using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Gateway.Mappings;

/// <summary>Arguments of the mutation.</summary>
public sealed record TryMappingInput
{
    public required string Source { get; init; }

    /// <summary>A version that is kept, <c>name@3</c>, or the name alone for the one in force.</summary>
    public string? Mapping { get; init; }

    /// <summary>A mapping that is kept nowhere yet.</summary>
    public JsonElement? Definition { get; init; }

    public required int First { get; init; }
}

/// <summary>Either trials or the reasons why there are none.</summary>
public sealed record TryMappingPayload(IReadOnlyList<MappingTrial> Trials, IReadOnlyList<Refusal> Errors);

/// <summary>Mutation <c>tryMapping</c>: reads recorded events by a mapping that is not in force. It writes nothing; it is a mutation because it
/// shows raw values, which a query that anybody may cache should not.</summary>
public sealed class TryMapping(WorkspaceFeed workspaces, RecordedEvents recorded)
{
    private const int Most = 100;

    public async Task<TryMappingPayload> RunAsync(TryMappingInput input, CancellationToken ct)
    {
        var workspace = workspaces.Current;
        if (!workspace.Sources.TryGetValue(input.Source, out var source))
        {
            return Refused(new InvalidSelection($"There is no source '{input.Source}' in the workspace."));
        }

        if (Candidate(input, workspace, source, out var refusal) is not { } candidate)
        {
            return Refused(refusal!);
        }

        var events = await recorded.ListAsync(source.Id, input.First, ct);
        return events.Count == 0
            ? Refused(new NothingSelected($"No event of source '{source.Id}' is kept. Send one, then try again."))
            : new TryMappingPayload([.. events.Select(raw => MappingTrial.Run(raw, source, workspace.Traits, workspace.Enrichments, candidate))], []);
    }

    /// <summary>What is to be tried, if the arguments say it in exactly one way. Pure.</summary>
    internal static CompiledMapping? Candidate(TryMappingInput input, Workspace workspace, Source source, out Refusal? refusal)
    {
        refusal = input.First is < 1 or > Most ? new InvalidSelection($"first must be 1 to {Most}.")
            : input.Mapping is null == input.Definition is null ? new InvalidSelection("Give either mapping, a name of the workspace like shopify or shopify@3, or definition, a mapping as JSON.")
            : null;
        if (refusal is not null)
        {
            return null;
        }

        return input.Mapping is { } name ? Kept(name, workspace, out refusal) : Given(input.Definition!.Value, source, out refusal);
    }

    private static CompiledMapping? Kept(string name, Workspace workspace, out Refusal? refusal)
    {
        var mapping = workspace.Mappings.Find(name) ?? workspace.Mappings.For(name)?.Active;
        refusal = mapping is null ? new InvalidSelection($"There is no mapping '{name}' in the workspace. Write its name, or its name and a version that is kept, like shopify@3.") : null;
        return mapping;
    }

    private static CompiledMapping? Given(JsonElement json, Source source, out Refusal? refusal)
    {
        var definition = MappingJsonReader.Read(source.MappingOrKind, json.GetRawText(), out var errors);
        var mapping = definition is null ? null : MappingCompiler.Compile(definition, 0, out errors);
        refusal = mapping is null ? new InvalidMapping("The mapping has errors; each tells its cure.", [.. errors.Select(error => error.ToString())]) : null;
        return mapping;
    }

    private static TryMappingPayload Refused(Refusal refusal) => new([], [refusal]);
}
