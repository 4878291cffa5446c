using System.Text.Json;
using Freshet.Ingress.Limits;
using Freshet.Ingress.Receiving;
using Freshet.Ingress.Senders;
using Freshet.Ingress.Sources;
using Freshet.Ingress.Tracking;
using Freshet.Profiles.Screening;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Mixpanel;

/// <summary>
/// <c>/track</c>, <c>/engage</c>, <c>/groups</c> and <c>/import</c>: calls of Mixpanel's client libraries, known by the project's token or, where a
/// secret comes with them, by that.
/// </summary>
public sealed class MixpanelEndpoint(SourceCatalog sources, AddressLimits addresses, Strangers strangers, Acceptance acceptance, TimeProvider time)
{
    private static readonly Sender Sender = SenderTable.Of(SourceKind.Mixpanel);

    public async Task<IResult> ReceiveAsync(HttpContext http, MixpanelCall call)
    {
        if (addresses.TryRequest(http.Connection.RemoteIpAddress) is { } wait)
        {
            return Refuse(http, Refusal.TooFast(wait));
        }

        if (!sources.IsLoaded)
        {
            return Refuse(http, Refusal.NotReady);
        }

        string? encoding = null;
        if (HttpMethods.IsPost(http.Request.Method) && !(ContentTypes.IsAny(http.Request, Sender.ContentTypes) && ContentTypes.TryEncoding(http.Request, out encoding)))
        {
            return Refuse(http, Refusal.WrongType($"{string.Join(" or ", Sender.ContentTypes)} in UTF-8, plain, gzip or br"));
        }

        // A secret decides alone: a wrong one is not made good by a token in the body. Imports want one.
        var (isGiven, bySecret) = OfSecret(http.Request);
        return bySecret is null && (isGiven || call == MixpanelCall.Import)
            ? RefuseUnproven(http)
            : await ReadAsync(http, call, encoding, bySecret);
    }

    private (bool IsGiven, SourceEntry? Entry) OfSecret(HttpRequest request)
    {
        if (request.Headers.Authorization is { Count: > 0 } header)
        {
            // A service account's secret is the password; a project's own is the user name, with nothing behind it.
            var credentials = header.Count == 1 ? WriteKeys.Credentials(header[0]) : null;
            return (true, credentials is var (user, password) ? OfKey(password.Length > 0 ? password : user) : null);
        }

        return request.Query.TryGetValue("api_key", out var key) ? (true, key is [{ } only] ? OfKey(only) : null) : (false, null);
    }

    private SourceEntry? OfKey(string? key) => sources.Current.OfWriteKey(key, SourceKind.Mixpanel);

    private async Task<IResult> ReadAsync(HttpContext http, MixpanelCall call, string? encoding, SourceEntry? bySecret)
    {
        var (body, refusal) = await MixpanelBody.ReadAsync(http, MixpanelRules.LargestBody(call), encoding);
        if (body is null)
        {
            return bySecret is null ? Refuse(http, refusal!) : acceptance.Refuse(http, bySecret, refusal!);
        }

        List<Range> items;
        try
        {
            items = JsonItems.Of(body.Span);
        }
        catch (JsonException)
        {
            return RefuseUnread(http, bySecret, body);
        }

        var entry = bySecret ?? (items.Count == 0 ? null : OfKey(FirstToken(body.Span, items)));
        return entry is null ? RefuseUnproven(http, body) : await AcceptAsync(http, call, (entry, bySecret is not null), body, items);
    }

    // The token of the first item that can be read: a damaged one in front costs nothing but itself.
    private static string? FirstToken(ReadOnlySpan<byte> json, List<Range> items)
    {
        foreach (var item in items)
        {
            if (JsonScreen.FindFault(json[item]) is null && MixpanelRules.TokenOf(JsonElement.Parse(json[item])) is { } token)
            {
                return token;
            }
        }

        return null;
    }

    private async Task<IResult> AcceptAsync(
        HttpContext http, MixpanelCall call, (SourceEntry Entry, bool HasSecret) proven, PooledBody body, List<Range> items)
    {
        var entry = proven.Entry;
        if (!entry.Source.IsEnabled || items.Count > MixpanelRules.MostItems || items.Count == 0)
        {
            body.Dispose();
            return acceptance.Refuse(http, entry, !entry.Source.IsEnabled ? Refusal.DisabledSource
                : items.Count == 0 ? Empty : Refusal.TooManyEvents(MixpanelRules.MostItems), Math.Max(1, items.Count));
        }

        var request = new TrackingRequest(entry.Source.Id, RelevantHeaders.Of(http.Request.Headers), time.GetUtcNow());
        Func<string?, bool>? isOurs = proven.HasSecret ? null : token => OfKey(token) == entry;
        var split = new SplitMixpanel(call, entry.Source, request, isOurs)
            .Split(body.Memory, items, isBatch: body.Span.TrimStart(" \t\r\n"u8)[0] == (byte)'[');
        foreach (var item in split.Refused)
        {
            acceptance.CountRefused(entry, item.Code);
        }

        if (split.Events.Count > 0)
        {
            return await acceptance.AcceptAsync(http, entry, split.Events, body, durable => ReceiptResult.With(http, durable, MixpanelAnswer.Of(http, call, split)));
        }

        body.Dispose();
        return call == MixpanelCall.Import ? MixpanelAnswer.Of(http, call, split) : Sender.Answers.Adapt(RefusedItem.RefusalOf(split.Refused)).ToResult(http);
    }

    private IResult RefuseUnread(HttpContext http, SourceEntry? bySecret, PooledBody body)
    {
        using (body)
        {
            return bySecret is not null && JsonScreen.FindFault(body.Span) is { } fault
                ? acceptance.Refuse(http, bySecret, Refusal.Malformed(fault, body.Span))
                : RefuseUnproven(http);
        }
    }

    private IResult RefuseUnproven(HttpContext http, PooledBody? body = null)
    {
        body?.Dispose();
        return Refuse(http, strangers.Meet(http, Refusal.Unproven));
    }

    private IResult Refuse(HttpContext http, Refusal refusal) => acceptance.Refuse(http, Sender.Answers.Adapt(refusal));

    private static Refusal Empty { get; } = Refusal.Malformed("mixpanel.batch-empty", "The batch holds no item.", "");
}
