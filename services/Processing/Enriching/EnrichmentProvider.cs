using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Sources;
using Freshet.ServiceDefaults.Calling;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Enriching;

/// <summary>Asks a source, by a circuit of its own: failures here keep no query from asking it.</summary>
public sealed class EnrichmentProvider(GuardedHttp http, SharedAnswers shared, IConfiguration configuration, IOptions<EnrichingOptions> options)
{
    /// <summary>Asks once, unless an answer that was given for another profile holds.</summary>
    /// <param name="enrichment">On whose behalf.</param>
    /// <param name="source">With a look-up.</param>
    /// <param name="key">By what.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ProviderAnswer> AskAsync(HttpEnrichment enrichment, Source source, LookUpKey key, CancellationToken ct)
    {
        if (!enrichment.SharesAnswers)
        {
            return await CallAsync(source, key, ct);
        }

        if (await shared.FindAsync(enrichment, key, ct) is { } found)
        {
            return found.Body is { } body ? new ProviderAnswer.Known(body, found.AnsweredAt) { IsShared = true } : new ProviderAnswer.NotKnown { IsShared = true };
        }

        var answer = await CallAsync(source, key, ct);
        if (answer is ProviderAnswer.Known or ProviderAnswer.NotKnown)
        {
            await shared.KeepAsync(enrichment, key, (answer as ProviderAnswer.Known)?.Body, ct);
        }

        return answer;
    }

    private async Task<ProviderAnswer> CallAsync(Source source, LookUpKey key, CancellationToken ct)
    {
        if (LookUpParameters.Read(configuration, source.LookUp!) is not { } parameters)
        {
            return new ProviderAnswer.Failed("misconfigured");
        }

        return LookUpCall.Of(source.LookUp!, key, parameters) is { } call
            ? AnswerOf(await http.SendAsync(RequestOf(source, call), ct))
            : new ProviderAnswer.NotKnown();
    }

    internal static ProviderAnswer AnswerOf(CallResult result) => result switch
    {
        CallResult.Answered { Status: 204 or 404 or 410 } => new ProviderAnswer.NotKnown(),
        CallResult.Answered { IsSuccess: true } answer => new ProviderAnswer.Known(answer.Body),
        CallResult.Answered { Status: 429, RetryAfter: var after } => new ProviderAnswer.Later(after),
        CallResult.Answered { RetryAfter: { } after } => new ProviderAnswer.Later(after),
        CallResult.Answered { Status: var status } => new ProviderAnswer.Failed($"status-{status}"),
        CallResult.Failed { Reason: CallFailure.CircuitOpen } => new ProviderAnswer.NotAsked(),
        CallResult.Failed { Reason: var reason } => new ProviderAnswer.Failed(DefinitionWords.Of(reason)),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "Unknown result."),
    };

    private GuardedRequest RequestOf(Source source, LookUpCall call) => new()
    {
        Circuit = $"enrichment:{source.Id}",
        Address = call.Address,
        Method = call.Method,
        Headers = call.Headers,
        Body = call.Body,
        Timeout = options.Value.CallTimeout,
        MayBePrivate = call.MayBePrivate,
    };
}
