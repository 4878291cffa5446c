using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Profiles;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Live;

/// <summary>Subscription <c>profileChanged</c>: checks what was asked, opens the subscription, and words its events.</summary>
internal sealed class ProfileSubscriptions(ChangeFeed feed, LiveReader reader, SubscriptionKeys subscriptionKeys, ProfileKeys keys, IOptions<LiveOptions> options, TimeProvider clock)
{
    /// <param name="by">Null: every profile.</param>
    /// <param name="traits">Null or empty: every trait.</param>
    /// <param name="after">Null: from now on.</param>
    /// <param name="dictionary">What traits there are.</param>
    /// <param name="ct">Ends the waiting for the stream; the events end with the token of their enumeration.</param>
    public async ValueTask<IAsyncEnumerable<ProfileChangeNode>> ChangesAsync(
        ProfileKeyInput? by, IReadOnlyList<string>? traits, string? after, TraitDictionary dictionary, CancellationToken ct)
    {
        var names = NamesOf(traits, dictionary);
        var place = PlaceOf(after);
        var key = by is null ? null : keys.Of(by) ?? throw NotAnIdentity();
        await StartedAsync(ct);
        return ReadAsync(key, new ChangeFilter(key is null ? null : Guid.Empty, names), place, CancellationToken.None);
    }

    private async IAsyncEnumerable<ProfileChangeNode> ReadAsync(
        ProfileKey? key, ChangeFilter filter, StreamPlace? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var subscription = feed.Open(filter, after);
        using var watch = key is null ? null : await subscriptionKeys.WatchAsync(key, subscription, ct);
        await foreach (var item in reader.ReadAsync(subscription, ct))
        {
            yield return item switch
            {
                LiveItem.Changed { Change: var change } => new ProfileChangeNode(
                    change.ProfileId, change.Version, change.Cursor.ToString(), change.Changes, IsResync: false, change.Conflated),
                LiveItem.Resync resync => new ProfileChangeNode(resync.ProfileId, 0, resync.Cursor.ToString(), [], IsResync: true, 0),
                _ => throw new RefusalException(
                    GatewayErrorCodes.CursorExpired,
                    "Changes after this cursor are no longer kept, so some would be missed. Read the profiles you need, then subscribe without after."),
            };
        }
    }

    private async Task StartedAsync(CancellationToken ct)
    {
        try
        {
            await feed.StartedAsync(ct).WaitAsync(options.Value.StartTimeout, clock, ct);
        }
        catch (TimeoutException)
        {
            throw new RefusalException(GatewayErrorCodes.ChangesUnavailable, "The stream of changes cannot be read right now. Subscribe again after a moment.");
        }
    }

    private static StreamPlace? PlaceOf(string? after) => after is null ? null
        : StreamPlace.TryParse(after, out var place) ? place
        : throw new RefusalException(GatewayErrorCodes.BadCursor, "after is not a cursor of profileChanged: pass the cursor of the last event you got.");

    private static FrozenSet<string>? NamesOf(IReadOnlyList<string>? traits, TraitDictionary dictionary)
    {
        if (traits is null or { Count: 0 })
        {
            return null;
        }

        var unknown = traits.FirstOrDefault(name => dictionary.Find(name) is null);
        return unknown is null
            ? traits.ToFrozenSet()
            : throw new RefusalException(GatewayErrorCodes.UnknownTrait, $"The dictionary has no trait '{unknown}'. Write names as the dictionary does: first_name, not firstName.");
    }

    private static RefusalException NotAnIdentity() =>
        new(GatewayErrorCodes.BadProfileKey, "by cannot be anybody's key, so no change would ever come. Check its form: a phone number starts with +, an email has a domain.");
}
