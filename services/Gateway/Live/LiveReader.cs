using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Live;

/// <summary>The next thing that a subscriber is told.</summary>
internal abstract record LiveItem
{
    private LiveItem()
    {
    }

    public sealed record Changed(LiveChange Change) : LiveItem;

    /// <summary>Changes were lost, or the key now means another profile: what the subscriber knows is out of date.</summary>
    public sealed record Resync(Guid ProfileId, StreamPlace Cursor) : LiveItem;

    /// <summary>Changes were lost for a subscriber to all profiles, who cannot be told them one by one.</summary>
    public sealed record Expired : LiveItem;
}

/// <summary>The pulling side of a subscription: nothing happens for it until the transport asks for the next item.</summary>
internal sealed partial class LiveReader(ChangeLog log, ChangeFeed feed, IOptions<LiveOptions> options, TimeProvider clock, ILogger<LiveReader> logger)
{
    /// <summary>Reads until the caller stops, then closes the subscription.</summary>
    public async IAsyncEnumerable<LiveItem> ReadAsync(ChangeSubscription subscription, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            while (true)
            {
                if (Next(subscription) is { } item)
                {
                    yield return item;
                    if (item is LiveItem.Expired)
                    {
                        yield break;
                    }
                }
                else
                {
                    await MoreAsync(subscription, ct);
                }
            }
        }
        finally
        {
            feed.Close(subscription);
        }
    }

    private LiveItem? Next(ChangeSubscription subscription)
    {
        if (feed.TryRestart(subscription))
        {
            return subscription.Filter switch
            {
                { ProfileId: null } => new LiveItem.Expired(),
                { IsNobody: true } => null,
                { ProfileId: { } profileId } => new LiveItem.Resync(profileId, subscription.Position),
            };
        }

        return subscription.TakeNext() is { } change ? new LiveItem.Changed(change) : null;
    }

    private Task MoreAsync(ChangeSubscription subscription, CancellationToken ct) =>
        subscription.IsLive || subscription.Filter.IsNobody ? subscription.SignaledAsync(ct) : CatchUpAsync(subscription, ct);

    private async Task CatchUpAsync(ChangeSubscription subscription, CancellationToken ct)
    {
        try
        {
            var from = subscription.Position;
            var page = await log.ReadAsync(from, options.Value.PageSize, TimeSpan.Zero, ct);
            if (!await log.ContainsAsync(from, ct))
            {
                subscription.Break();
                return;
            }

            subscription.Add(page, feed.Recent);
            feed.TryGoLive(subscription);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.CatchUpFailed(logger, failure);
            await Task.Delay(options.Value.RetryDelay, clock, ct);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A subscriber cannot read the change stream; it tries again.")]
        public static partial void CatchUpFailed(ILogger logger, Exception failure);
    }
}
