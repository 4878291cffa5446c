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
        var lookUp = source.LookUp!;
        if (LookUpParameters.Read(configuration, lookUp) is not { } parameters)
        {
            return new LookUpOutcome(LookUpResult.Misconfigured);
        }

        if (LookUpKey.Of(lookUp, profile, time.GetUtcNow()) is not { } key || LookUpCall.Of(lookUp, key, parameters) is not { } call)
        {
            return new LookUpOutcome(LookUpResult.NoIdentity);
        }

        if (!await turns.TakeAsync(source.Id, profile.Id, lookUp.MinInterval, ct))
        {
            // Its answer may have been applied after the reader looked.
            return await application.ReadAsync(LookUpResult.AskedRecently, profile.Id, ct);
        }

        var outcome = IsWithinLimit(source) ? await CallAsync(source, profile.Id, call, key, ct) : new LookUpOutcome(LookUpResult.RateLimited);
        if (outcome.Result is LookUpResult.RateLimited or LookUpResult.CircuitOpen)
        {
            await turns.ReturnAsync(source.Id, profile.Id, ct);
        }

        return outcome;
    }

    private async Task<LookUpOutcome> CallAsync(Source source, Guid profileId, LookUpCall call, LookUpKey key, CancellationToken ct) =>
        await http.SendAsync(RequestOf(source, call), ct) switch
        {
            CallResult.Answered { Status: 204 or 404 or 410 } => new LookUpOutcome(LookUpResult.NotKnown),
            CallResult.Answered { IsSuccess: true } answer =>
                await application.ApplyAsync(LookUpEvents.Of(source.Id, key.Identities, answer.Body, time.GetUtcNow()), profileId, ct),
            CallResult.Failed { Reason: CallFailure.TimedOut } => new LookUpOutcome(LookUpResult.TimedOut),
            CallResult.Failed { Reason: CallFailure.CircuitOpen } => new LookUpOutcome(LookUpResult.CircuitOpen),
            CallResult.Failed { Reason: CallFailure.Forbidden } => new LookUpOutcome(LookUpResult.Forbidden),
            _ => new LookUpOutcome(LookUpResult.Failed),
        };

    private bool IsWithinLimit(Source source) => limits
        .GetOrAdd((source.Id, source.LookUp!.RequestsPerSecond), static (key, time) => new TokenBucket(key.PerSecond, key.PerSecond, time), time)
        .TryTake(1) is null;

    private GuardedRequest RequestOf(Source source, LookUpCall call) => new()
    {
        Circuit = $"look-up:{source.Id}",
        Address = call.Address,
        Method = call.Method,
        Headers = call.Headers,
        Body = call.Body,
        Timeout = options.Value.FinishWithin,
        MayBePrivate = call.MayBePrivate,
    };
}
