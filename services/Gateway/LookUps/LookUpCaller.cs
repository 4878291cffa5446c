using System.Collections.Concurrent;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sources;
using Freshet.ServiceDefaults.Calling;
using Freshet.ServiceDefaults.Limits;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.LookUps;

/// <summary>Asks a source about a profile, if it may be asked now, and gives what it answers to <see cref="LookUpApplication"/>.</summary>
public sealed class LookUpCaller(
    GuardedHttp http, LookUpApplication application, LookUpTurns turns, IConfiguration configuration, IOptions<LookUpOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string SourceId, int PerSecond), TokenBucket> limits = [];

    /// <summary>Asks once.</summary>
    /// <exception cref="Freshet.Profiles.Storage.StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<LookUpOutcome> AskAsync(Source source, ProfileDocument profile, CancellationToken ct)
    {
        if (ParametersOf(source.LookUp!) is not { } parameters)
        {
            return new LookUpOutcome(LookUpResult.Misconfigured);
        }

        if (LookUpCall.Of(source, profile.Identities, parameters, options.Value.FinishWithin) is not { } call)
        {
            return new LookUpOutcome(LookUpResult.NoIdentity);
        }

        if (!await turns.TakeAsync(source.Id, profile.Id, source.LookUp!.MinInterval, ct))
        {
            // Its answer may have been applied after the reader looked.
            return await application.ReadAsync(LookUpResult.AskedRecently, profile.Id, ct);
        }

        var outcome = IsWithinLimit(source) ? await CallAsync(source, profile, call, ct) : new LookUpOutcome(LookUpResult.RateLimited);
        if (outcome.Result is LookUpResult.RateLimited or LookUpResult.CircuitOpen)
        {
            await turns.ReturnAsync(source.Id, profile.Id, ct);
        }

        return outcome;
    }

    private async Task<LookUpOutcome> CallAsync(Source source, ProfileDocument profile, LookUpCall call, CancellationToken ct) =>
        await http.SendAsync(call.Request, ct) switch
        {
            CallResult.Answered { Status: 204 or 404 or 410 } => new LookUpOutcome(LookUpResult.NotKnown),
            CallResult.Answered { IsSuccess: true } answer =>
                await application.ApplyAsync(LookUpEvents.Of(source.Id, call.Asked, answer.Body, time.GetUtcNow()), profile.Id, ct),
            CallResult.Failed { Reason: CallFailure.TimedOut } => new LookUpOutcome(LookUpResult.TimedOut),
            CallResult.Failed { Reason: CallFailure.CircuitOpen } => new LookUpOutcome(LookUpResult.CircuitOpen),
            CallResult.Failed { Reason: CallFailure.Forbidden } => new LookUpOutcome(LookUpResult.Forbidden),
            _ => new LookUpOutcome(LookUpResult.Failed),
        };

    private bool IsWithinLimit(Source source) => limits
        .GetOrAdd((source.Id, source.LookUp!.RequestsPerSecond), static (key, time) => new TokenBucket(key.PerSecond, key.PerSecond, time), time)
        .TryTake(1) is null;

    private Dictionary<string, string>? ParametersOf(LookUpSettings lookUp)
    {
        var found = new Dictionary<string, string>();
        foreach (var name in lookUp.Headers.Values.SelectMany(LookUpTemplate.ParametersIn))
        {
            if (SecretParameters.Read(configuration, name) is not { } value)
            {
                return null;
            }

            found[name] = value;
        }

        return found;
    }
}
