using CsCheck;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Tests.Applying;

public sealed class OrderOfArrivalTests
{
    /// <summary>A history, and how it arrives: a number per arrival that orders it and says where batches are cut. Some events arrive twice.</summary>
    private static readonly Gen<(ulong[] Events, uint[] Arrivals)> History = Gen.ULong.Array[1, 16].SelectMany(events =>
        Gen.UInt.Array[events.Length + 3].Select(arrivals => (events, arrivals)));

    [Fact]
    public void Ten_thousand_histories_give_the_profiles_of_the_reference_fold_in_any_order_and_any_batches() => History.Sample(
        history =>
        {
            CanonicalEvent[] events = [.. history.Events.Select(Histories.Event)];
            var world = new World(Histories.Traits, Histories.End, usesWireForm: history.Arrivals[0] % 8 == 0);

            ApplyAll(world, events, history.Arrivals);

            var at = world.Now + TimeSpan.FromDays(history.Arrivals[0] % 4);
            world.Visible(at).ShouldBe(ReferenceFold.Visible(events, Histories.Traits, at));
            world.ShouldBeConsistent();
        },
        iter: 10_000);

    /// <summary>Unmerging is an act at a moment, so what came before and what came after it are shuffled each on their own.</summary>
    [Fact]
    public void After_an_unmerge_the_order_of_arrival_does_not_matter_either() => Gen.Select(History, History).Sample(
        (earlier, later) =>
        {
            CanonicalEvent[] before = [.. earlier.Events.Select(Histories.Event)];
            CanonicalEvent[] after = [.. later.Events.Select((number, i) => Histories.Event(number, i + 100))];

            var one = Cut(before, earlier.Arrivals, after, later.Arrivals);
            var other = Cut(before, [.. earlier.Arrivals.Select(arrival => ~arrival)], after, [.. later.Arrivals.Select(arrival => arrival * 7)]);

            var at = Histories.End + TimeSpan.FromDays(3);
            one.Visible(at).ShouldBe(other.Visible(at));
            one.ShouldBeConsistent();
        },
        iter: 1_000);

    [Fact]
    public void All_720_orders_of_a_six_event_history_give_the_profiles_of_the_reference_fold()
    {
        var events = SixEvents();
        var expected = ReferenceFold.Visible(events, Histories.Traits, Histories.End + TimeSpan.FromHours(6));

        foreach (var order in Permutations(events))
        {
            var world = new World(Histories.Traits, Histories.End, usesWireForm: false);
            foreach (var @event in order)
            {
                world.Apply(@event);
            }

            world.Visible(Histories.End + TimeSpan.FromHours(6)).ShouldBe(expected);
            world.ShouldBeConsistent();
        }

        expected.Split("--").Length.ShouldBe(2);
    }

    /// <summary>A null is left out where the event is read, so these come the whole way from their JSON.</summary>
    [Theory]
    [InlineData(TraitPolicy.Latest, "d")]
    [InlineData(TraitPolicy.First, "b")]
    [InlineData(TraitPolicy.SourcePriority, "c")]
    public void In_all_720_orders_a_null_leaves_a_trait_that_keeps_as_it_was(TraitPolicy policy, string expected)
    {
        var traits = new TraitDictionary(1, [new() { Name = "kept", Type = TraitType.String, Policy = policy, SourcePriority = ["crm", "shop"], Missing = MissingPolicy.Keep }]);
        string[] values = ["null", "\"b\"", "null", "\"c\"", "\"d\"", "null"];
        CanonicalEvent[] events = [.. values.Select((value, day) => Read(day, value, day is 2 or 3 or 5 ? "crm" : "shop", traits))];

        foreach (var order in Permutations(events))
        {
            var world = new World(traits, Histories.End, usesWireForm: false);
            foreach (var @event in order)
            {
                world.Apply(@event);
            }

            world.Visible(Histories.End + TimeSpan.FromHours(6)).ShouldContain($"\"{expected}\"");
            world.Visible(Histories.End + TimeSpan.FromHours(6)).ShouldBe(ReferenceFold.Visible(events, traits, Histories.End + TimeSpan.FromHours(6)));
        }
    }

    private static CanonicalEvent Read(int day, string value, string sourceId, TraitDictionary traits)
    {
        var at = Histories.End - TimeSpan.FromDays(10 - day);
        var raw = new RawEvent
        {
            EventId = EventIds.From("test", $"{day}"),
            SourceId = sourceId,
            MessageId = $"{day}",
            ReceivedAt = Histories.End,
            Format = RawEventFormat.Webhook,
            Body = System.Text.Encoding.UTF8.GetBytes($$$"""{"type": "customer.updated", "timestamp": "{{{at:O}}}", "data": {"user_id": "ann", "kept": {{{value}}} }}"""),
        };
        var source = new Source { Id = sourceId, Kind = SourceKind.StandardWebhooks, Name = sourceId };
        var read = ReadEvent.Decide(raw, source, traits, EventIds.From).ShouldBeOfType<ReadResult.Read>();
        read.RejectedValues.ShouldBeEmpty();
        return read.Event;
    }

    [Fact]
    public void Applying_changes_none_of_its_inputs() => History.Sample(
        history =>
        {
            CanonicalEvent[] events = [.. history.Events.Select(Histories.Event)];
            var world = new World(Histories.Traits, Histories.End);
            world.Apply(events[..(events.Length / 2)]);
            ProfileState[] states = [.. world.Live];
            var owners = states.SelectMany(state => state.Identities.Select(identity => (identity.Id, state.ProfileId))).ToDictionary();
            CanonicalEvent[] further = [.. events[(events.Length / 2)..].Where(@event => @event.Identities.All(identity => owners.ContainsKey(identity.Id)))];
            string[] before = [.. states.Select(Text)];

            ApplyEvents.Decide(states, owners, further, Histories.Traits, world.Now, Guid.CreateVersion7);

            states.Select(Text).ShouldBe(before);
        },
        iter: 300);

    private static World Cut(CanonicalEvent[] before, uint[] arrivals, CanonicalEvent[] after, uint[] laterArrivals)
    {
        var world = new World(Histories.Traits, Histories.End, usesWireForm: false);
        ApplyAll(world, before, arrivals);
        if (before.Select(@event => world.Of(@event.Identities[0])).FirstOrDefault(state => state.Identities.Count > 1) is { } mixed)
        {
            world.Unmerge(mixed.ProfileId, mixed.Identities[0].Id);
        }

        ApplyAll(world, after, laterArrivals);
        return world;
    }

    private static void ApplyAll(World world, CanonicalEvent[] events, uint[] arrivals)
    {
        foreach (var batch in Batches(events, arrivals))
        {
            world.Apply(batch);
        }
    }

    private static string Text(ProfileState state) => Convert.ToBase64String(ProfileStateCodec.Encode(state));

    /// <summary>An anonymous visit, a login on that device, a second person on the same device, an order by mail address, an alias, and a clearing.</summary>
    private static CanonicalEvent[] SixEvents()
    {
        var device = Histories.Identity("anonymous_id", "a1");
        var ann = Histories.Identity("user_id", "ann");
        var bob = Histories.Identity("user_id", "bob");
        var oldAnn = Histories.Identity("user_id", "ann-before");
        var mail = Histories.Identity("email", "ann@example.com");
        return
        [
            AnEvent(1, EventTypes.Identified, [device], """{"latest": "visitor", "first": "visitor", "union": ["a"], "sum": 1}"""),
            AnEvent(2, EventTypes.Identified, [ann, mail, device], """{"latest": "ann", "first": "ann", "union": ["b"], "sum": 2, "priority": "ann"}"""),
            AnEvent(3, EventTypes.Identified, [bob, device], """{"latest": "bob", "sum": 4, "max": 7, "priority": "bob"}"""),
            AnEvent(4, "order.completed", [mail], "{}", """{"amount": 12.50}"""),
            AnEvent(5, EventTypes.Aliased, [ann, oldAnn], "{}") with { IsAlias = true },
            AnEvent(5, EventTypes.Identified, [oldAnn], """{"latest": null, "sum": 8, "min": 3}""") with { EventId = EventIds.From("test", "clear") },
        ];
    }

    private static CanonicalEvent AnEvent(int day, string type, IdentityKey[] identities, string traits, string properties = "{}") => new()
    {
        EventId = EventIds.From("test", $"{day}"),
        SourceId = day % 2 == 0 ? "shop" : "crm",
        Type = type,
        OccurredAt = Histories.End - TimeSpan.FromDays(10 - day),
        ReceivedAt = Histories.End,
        Identities = identities,
        Traits = System.Text.Json.JsonElement.Parse(traits).EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
        Properties = System.Text.Json.JsonElement.Parse(properties),
    };

    private static IEnumerable<List<CanonicalEvent>> Batches(CanonicalEvent[] events, uint[] arrivals)
    {
        var batch = new List<CanonicalEvent>();
        var order = arrivals.Select((arrival, i) => (arrival, Event: events[i < events.Length ? i : arrival % events.Length]));
        foreach (var (arrival, @event) in order.OrderBy(entry => entry.arrival))
        {
            batch.Add(@event);
            if (arrival % 3 != 0)
            {
                yield return batch;
                batch = [];
            }
        }

        yield return batch;
    }

    private static IEnumerable<CanonicalEvent[]> Permutations(CanonicalEvent[] events) => events.Length <= 1
        ? [events]
        : events.SelectMany((first, i) => Permutations([.. events[..i], .. events[(i + 1)..]]).Select(rest => (CanonicalEvent[])[first, .. rest]));
}
