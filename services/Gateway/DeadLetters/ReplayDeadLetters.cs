using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Dictionary;

namespace Freshet.Gateway.DeadLetters;

/// <summary>Arguments of the mutation.</summary>
public sealed record ReplayDeadLettersInput
{
    public IReadOnlyList<string>? Ids { get; init; }

    public string? Fingerprint { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public string? Source { get; init; }

    /// <summary>Which version of a mapping reads them, <c>shopify@3</c>.</summary>
    public string? Mapping { get; init; }
}

/// <summary>Either a run or the reasons why there is none.</summary>
public sealed record ReplayDeadLettersPayload(ReplayRun? Run, IReadOnlyList<Refusal> Errors);

/// <summary>Mutation <c>replayDeadLetters</c>: puts parked events back on their way.</summary>
public sealed class ReplayDeadLetters(DeadLetterStore store, WorkspaceFeed workspaces)
{
    private const int MostIds = 500;

    public async Task<ReplayDeadLettersPayload> RunAsync(ReplayDeadLettersInput input, CancellationToken ct)
    {
        if (Selection(input, out var refusal) is not { } selection)
        {
            return new ReplayDeadLettersPayload(null, [refusal!]);
        }

        if (selection.MappingVersion is { } version && workspaces.Current.Mappings.Find(version) is null)
        {
            return new ReplayDeadLettersPayload(null, [new InvalidSelection($"No version '{version}' of a mapping is kept. Write its name and number, like shopify@3.")]);
        }

        var run = await store.ReplayAsync(selection, ct);
        return run.Events > 0
            ? new ReplayDeadLettersPayload(run, [])
            : new ReplayDeadLettersPayload(null, [new NothingSelected("No parked dead letter fits. It may be replayed already: look at deadLetters.")]);
    }

    /// <summary>What to replay, if exactly one way to select was used. Pure.</summary>
    internal static ReplaySelection? Selection(ReplayDeadLettersInput input, out InvalidSelection? refusal)
    {
        var isRange = input.From is not null || input.To is not null || input.Source is not null;
        var ways = (input.Ids is null ? 0 : 1) + (input.Fingerprint is null ? 0 : 1) + (isRange ? 1 : 0);
        refusal = ways != 1 ? new InvalidSelection("Select in exactly one way: by ids, by fingerprint, or by from and to with source.")
            : isRange && (input.From is null || input.To is null || input.Source is null || input.To <= input.From)
                ? new InvalidSelection("A range needs from, a later to, and source.")
            : input.Ids is { Count: 0 or > MostIds } ? new InvalidSelection($"Give 1 to {MostIds} ids at a time.")
            : input.Ids?.Any(id => !Guid.TryParse(id, out _)) == true ? new InvalidSelection("ids holds something that is not the id of a dead letter.")
            : null;
        return refusal is not null ? null : new ReplaySelection
        {
            DeadLetterIds = input.Ids is null ? null : [.. input.Ids.Select(Guid.Parse)],
            Fingerprint = input.Fingerprint,
            SourceId = input.Source,
            From = input.From,
            To = input.To,
            MappingVersion = input.Mapping,
        };
    }
}
