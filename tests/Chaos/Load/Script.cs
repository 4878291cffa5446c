using System.Globalization;
using System.Text.Json;
using Freshet.Chaos.Plans;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;

namespace Freshet.Chaos.Load;

/// <summary>
/// The deliveries of a run: a pure function of seed, number and the time of the start. Nothing about them is remembered; who wants to know
/// what was sent asks again.
/// </summary>
internal sealed class Script(Plan plan, int seed, DateTimeOffset start)
{
    private const string WebhookSource = "demo";
    private const string TrackingSource = "app";

    private (int Window, int[] Order) shuffled = (-1, []);

    public People People { get; } = new(seed);

    /// <summary>One delivery of four is a webhook with one event; the others are tracking batches of five to fifteen.</summary>
    public Delivery Delivery(int number)
    {
        var random = new Random(unchecked((seed * 31) + (number * 7_919)));
        return random.Next(4) == 0
            ? new Delivery(number, IsWebhook: true, [Webhook(number, random)])
            : new Delivery(number, IsWebhook: false, [.. Enumerable.Range(0, random.Next(5, 16)).Select(item => Call(number, item, random))]);
    }

    /// <summary>Which delivery goes out as the given one: each exactly once, shuffled within windows.</summary>
    public int InOrder(int place)
    {
        var window = place / plan.Window;
        if (window != shuffled.Window)
        {
            var order = Enumerable.Range(window * plan.Window, plan.Window).ToArray();
            new Random(unchecked(seed + window)).Shuffle(order);
            shuffled = (window, order);
        }

        return shuffled.Order[place % plan.Window];
    }

    /// <summary>The event by which a recovery is noticed: an order of a customer of its own.</summary>
    public Delivery Probe(int number)
    {
        var user = $"chaos{seed}-probe{number}";
        var at = start + TimeSpan.FromMilliseconds(number);
        return new Delivery(-1 - number, IsWebhook: true, [Order(WebhookSource, $"probe-{seed}-{number}", -1, at, (IdentityNamespaces.UserId, user), 1)]);
    }

    private ScriptedEvent Webhook(int number, Random random)
    {
        var (group, at, messageId) = (Group(random), Time(number, 0, random), $"w-{seed}-{number}");
        if (random.Next(100) < plan.Poison)
        {
            return Poison(messageId, group, at, random);
        }

        return random.Next(3) == 0 ? Update(messageId, group, at, random) : Order(WebhookSource, messageId, group, at, Somebody(group, random), Amount(random));
    }

    private ScriptedEvent Call(int number, int item, Random random)
    {
        var (group, at, messageId) = (Group(random), Time(number, item, random), $"t-{seed}-{number}-{item}");
        return random.Next(20) switch
        {
            < 10 => Order(TrackingSource, messageId, group, at, Somebody(group, random), Amount(random)),
            < 14 => Page(messageId, group, at, random),
            < 19 => Identify(messageId, group, at, random),
            // Only some groups have people with two accounts: one alias is enough to make one profile of two users for good.
            _ => group % 3 == 0 ? Alias(messageId, group, at) : Page(messageId, group, at, random),
        };
    }

    private int Group(Random random) => random.Next(100) < plan.Hot ? 0 : random.Next(People.Groups);

    private (string Namespace, string Value) Somebody(int group, Random random) => random.Next(10) < 7
        ? (IdentityNamespaces.UserId, People.User(group, random.Next(People.Users)))
        : (IdentityNamespaces.AnonymousId, People.Device(group, random.Next(People.Devices)));

    private static decimal Amount(Random random) => random.Next(1, 100_000) / 100m;

    // Whole milliseconds say when, the microseconds which event: events of a profile hardly ever happen at the same time.
    private DateTimeOffset Time(int number, int item, Random random)
    {
        var late = random.Next(100) < plan.Late ? TimeSpan.FromMinutes(random.Next(30 * 24 * 60)) : TimeSpan.FromMilliseconds(random.Next(60_000));
        var skew = TimeSpan.FromSeconds(plan.Skew.TotalSeconds * ((random.NextDouble() * 2) - 1));
        return start - late + TimeSpan.FromMilliseconds(Math.Round(skew.TotalMilliseconds) + number) + TimeSpan.FromMicroseconds((item * 61) + (number % 61));
    }

    private static ScriptedEvent Order(
        string source, string messageId, int group, DateTimeOffset at, (string Namespace, string Value) who, decimal amount)
    {
        var total = amount.ToString("0.##", CultureInfo.InvariantCulture);
        var (person, properties) = source == WebhookSource
            ? ("", $$"""{"{{who.Namespace}}":"{{who.Value}}","total":{{total}}}""")
            : (who.Namespace == IdentityNamespaces.UserId ? "userId" : "anonymousId", $$"""{"total":{{total}}}""");
        var json = source == WebhookSource
            ? $$"""{"type":"order.completed","timestamp":"{{Text(at)}}","data":{{properties}}}"""
            : $$"""{"type":"track","event":"Order Completed","messageId":"{{messageId}}","{{person}}":"{{who.Value}}","timestamp":"{{Text(at)}}","properties":{{properties}}}""";
        return Event(source, messageId, group, json) with
        {
            Meaning = Meaning(source, messageId, "order.completed", at, [People.Key(who.Namespace, who.Value)], "{}", properties),
        };
    }

    private ScriptedEvent Update(string messageId, int group, DateTimeOffset at, Random random)
    {
        var user = People.User(group, random.Next(People.Users));
        var mailbox = People.Mailbox(group, random.Next(People.Mailboxes));
        var traits = $$"""{"email":"{{mailbox}}","first_name":"{{People.Canary}} {{random.Next(9)}}","plan":"p{{random.Next(5)}}","country":"C{{random.Next(9)}}","cart_items":{{random.Next(20)}}}""";
        var data = $$"""{"user_id":"{{user}}",{{traits[1..]}}""";
        var json = $$"""{"type":"customer.updated","timestamp":"{{Text(at)}}","data":{{data}}}""";
        var identities = new[] { People.Key(IdentityNamespaces.UserId, user), People.Key(IdentityNamespaces.Email, mailbox) };
        return Event(WebhookSource, messageId, group, json) with { Meaning = Meaning(WebhookSource, messageId, "customer.updated", at, identities, traits, data) };
    }

    private ScriptedEvent Identify(string messageId, int group, DateTimeOffset at, Random random)
    {
        var user = People.User(group, random.Next(People.Users));
        var device = People.Device(group, random.Next(People.Devices));
        var traits = $$"""{"plan":"q{{random.Next(5)}}","locale":"l{{random.Next(5)}}","favorite_categories":["c{{random.Next(30)}}","c{{random.Next(30)}}"],"last_name":"{{People.Canary}}"}""";
        var json = $$"""{"type":"identify","messageId":"{{messageId}}","userId":"{{user}}","anonymousId":"{{device}}","timestamp":"{{Text(at)}}","traits":{{traits}}}""";
        var identities = new[] { People.Key(IdentityNamespaces.UserId, user), People.Key(IdentityNamespaces.AnonymousId, device) };
        return Event(TrackingSource, messageId, group, json) with { Meaning = Meaning(TrackingSource, messageId, EventTypes.Identified, at, identities, traits, traits) };
    }

    private ScriptedEvent Page(string messageId, int group, DateTimeOffset at, Random random)
    {
        var device = People.Device(group, random.Next(People.Devices));
        var properties = $$"""{"path":"/p{{random.Next(50)}}"}""";
        var json = $$"""{"type":"page","messageId":"{{messageId}}","anonymousId":"{{device}}","timestamp":"{{Text(at)}}","properties":{{properties}}}""";
        var identities = new[] { People.Key(IdentityNamespaces.AnonymousId, device) };
        return Event(TrackingSource, messageId, group, json) with { Meaning = Meaning(TrackingSource, messageId, EventTypes.PageViewed, at, identities, "{}", properties) };
    }

    private ScriptedEvent Alias(string messageId, int group, DateTimeOffset at)
    {
        var (user, previous) = (People.User(group, 0), People.User(group, 1));
        var json = $$"""{"type":"alias","messageId":"{{messageId}}","userId":"{{user}}","previousId":"{{previous}}","timestamp":"{{Text(at)}}"}""";
        var identities = new[]
        {
            People.Key(IdentityNamespaces.UserId, user), People.Key(IdentityNamespaces.UserId, previous), People.Key(IdentityNamespaces.AnonymousId, previous),
        };
        var meaning = Meaning(TrackingSource, messageId, EventTypes.Aliased, at, identities, "{}", null) with { IsAlias = true };
        return Event(TrackingSource, messageId, group, json) with { Meaning = meaning };
    }

    // Well formed and well signed, so it is acknowledged; and nobody can say whom or when it is about.
    private static ScriptedEvent Poison(string messageId, int group, DateTimeOffset at, Random random) => Event(WebhookSource, messageId, group, random.Next(4) switch
    {
        0 => $$$"""{"type":"order.completed","timestamp":"{{{Text(at)}}}","data":{"total":1}}""",
        1 => """{"type":"order.completed","timestamp":"the day before yesterday","data":{"user_id":"x","total":1}}""",
        2 => $$$"""{"type":"order.completed","timestamp":"{{{Text(at)}}}","data":{"email":"no\uFFFEbody@example.org","total":1}}""",
        _ => $$$"""{"type":"order.completed","timestamp":"{{{Text(at)}}}","data":{"user_id":"null","email":"nobody","total":1}}""",
    });

    private static ScriptedEvent Event(string source, string messageId, int group, string json) =>
        new(messageId, group, json, null) { EventId = EventIds.From(source, messageId) };

    private static CanonicalEvent Meaning(
        string source, string messageId, string type, DateTimeOffset at, IReadOnlyList<IdentityKey> identities, string traits, string? properties) => new()
        {
            EventId = EventIds.From(source, messageId),
            SourceId = source,
            Type = type,
            OccurredAt = at,
            ReceivedAt = at,
            Identities = identities,
            Traits = JsonElement.Parse(traits).EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
            Properties = properties is null ? default : JsonElement.Parse(properties),
        };

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
