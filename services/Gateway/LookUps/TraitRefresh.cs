using System.Text.Json;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Limits;
using Freshet.Gateway.Profiles;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.LookUps;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.LookUps;

/// <summary><c>onStale: REFRESH</c>: what a reader gets of a trait that is stale even in the database.</summary>
public sealed class TraitRefresh(SharedLookUps lookUps, WorkspaceFeed workspace, IOptions<OperationLimitsOptions> limits, TimeProvider clock)
{
    // What the rest of the answer needs.
    private static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(50);

    /// <summary>The value that a source has now, or the stale one with the reason in <c>extensions.freshness</c>.</summary>
    /// <param name="profile">From the database.</param>
    /// <param name="trait">Which.</param>
    /// <param name="contract">What the reader asked for.</param>
    /// <param name="answer">The operation that asks.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<JsonElement> ReadAsync(ProfileNode profile, TraitDefinition trait, ReadContract contract, RefreshingAnswer answer, CancellationToken ct)
    {
        var known = profile.Read(trait, contract);
        if (!known.NeedsRefresh)
        {
            return known.Value;
        }

        var source = RefreshSource.Decide(trait, profile.Document.Traits.GetValueOrDefault(trait.Name), workspace.Current.Sources);
        var outcome = source is null
            ? new LookUpOutcome(LookUpResult.NoLookUp)
            : await lookUps.AskAsync(source, profile.Document, Patience(source.LookUp!.Timeout, limits.Value.Timeout, clock.GetElapsedTime(answer.StartedAt)), ct);
        var reading = outcome.Document is { } document ? new ProfileNode(document, clock.GetUtcNow()).Read(trait, contract) : known;
        if (reading.NeedsRefresh)
        {
            var reason = outcome.Result == LookUpResult.Refreshed ? LookUpResult.Unchanged : outcome.Result;
            answer.Extensions.Add("freshness", StaleTrait(profile.Id, trait.Name, source?.Id, reason));
        }

        return reading.Value;
    }

    /// <summary>How long a query waits: as long as the source may take, and never so long that the query itself runs out of time.</summary>
    /// <param name="timeout">Of the look-up.</param>
    /// <param name="budget">Of the operation.</param>
    /// <param name="spent">What it has used of that.</param>
    internal static TimeSpan Patience(TimeSpan timeout, TimeSpan budget, TimeSpan spent)
    {
        var left = budget - spent - Reserve;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < timeout ? left : timeout;
    }

    private static Dictionary<string, object?> StaleTrait(Guid profileId, string trait, string? sourceId, LookUpResult reason) => new()
    {
        ["profile"] = profileId.ToString(),
        ["trait"] = trait,
        ["freshness"] = "STALE",
        ["source"] = sourceId,
        ["reason"] = LookUpOutcome.Word(reason).ToUpperInvariant(),
    };
}

/// <summary>The operation whose fields are refreshed.</summary>
/// <param name="Extensions">Where it is said what could not be.</param>
/// <param name="StartedAt">A timestamp of the clock.</param>
public readonly record struct RefreshingAnswer(AnswerExtensions Extensions, long StartedAt);
