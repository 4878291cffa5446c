using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;

namespace Freshet.Chaos.Load;

/// <summary>Who the events are about: per group two users, two mailboxes and three devices, so that profiles meet and merge.</summary>
/// <param name="seed">Part of every name: runs on one database do not meet.</param>
internal sealed class People(int seed)
{
    public const int Groups = 60;

    /// <summary>Stands in every mailbox and every first name, and must not be seen in any log.</summary>
    public string Canary { get; } = $"canary{seed}bird";

    public static int Users => 2;

    public static int Mailboxes => 2;

    public static int Devices => 3;

    public string User(int group, int number) => $"chaos{seed}-g{group}-u{number}";

    public string Mailbox(int group, int number) => $"{Canary}-g{group}-e{number}@example.com";

    public string Device(int group, int number) => $"chaos{seed}-g{group}-a{number}";

    public IEnumerable<IdentityKey> IdentitiesOf(int group) =>
    [
        .. Enumerable.Range(0, Users).Select(number => Key(IdentityNamespaces.UserId, User(group, number))),
        .. Enumerable.Range(0, Mailboxes).Select(number => Key(IdentityNamespaces.Email, Mailbox(group, number))),
        .. Enumerable.Range(0, Devices).Select(number => Key(IdentityNamespaces.AnonymousId, Device(group, number))),
    ];

    /// <summary>The id stands for the blind index, which only the hosts can compute; it decides nothing in what is sent here.</summary>
    public static IdentityKey Key(string identityNamespace, string value) => new(EventIds.From(identityNamespace, value), identityNamespace, value);
}
