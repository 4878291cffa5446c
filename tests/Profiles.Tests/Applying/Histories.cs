using System.Globalization;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Tests.Applying;

/// <summary>Histories out of random numbers: few people, mailboxes and devices, so that they meet often; times on a coarse grid, so that they tie.</summary>
internal static class Histories
{
    public static readonly DateTimeOffset Start = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When the last event may have happened. The oldest are 45 days older: beyond the windows of the dictionary below.</summary>
    public static readonly DateTimeOffset End = Start + TimeSpan.FromHours(64 * 17);

    /// <summary>Every policy and every aggregate, over all time and in a window.</summary>
    public static readonly TraitDictionary Traits = new(1,
    [
        Observed("latest", TraitType.String, TraitPolicy.Latest),
        Observed("first", TraitType.String, TraitPolicy.First),
        Observed("max", TraitType.Decimal, TraitPolicy.Max),
        Observed("min", TraitType.Decimal, TraitPolicy.Min),
        Observed("sum", TraitType.Decimal, TraitPolicy.Sum),
        Observed("union", TraitType.List, TraitPolicy.Union),
        Observed("priority", TraitType.String, TraitPolicy.SourcePriority) with { SourcePriority = ["crm", "shop"] },
        Observed("priority_null", TraitType.String, TraitPolicy.SourcePriority) with { SourcePriority = ["crm", "shop"], Missing = MissingPolicy.Null },
        Computed("orders", TraitType.Integer, Aggregate.Count, null, null),
        Computed("orders_7d", TraitType.Integer, Aggregate.Count, null, 7),
        Computed("spent", TraitType.Decimal, Aggregate.Sum, "amount", null),
        Computed("spent_30d", TraitType.Decimal, Aggregate.Sum, "amount", 30),
        Computed("smallest", TraitType.Decimal, Aggregate.Min, "amount", null),
        Computed("smallest_7d", TraitType.Decimal, Aggregate.Min, "amount", 7),
        Computed("largest", TraitType.Decimal, Aggregate.Max, "amount", null),
        Computed("largest_30d", TraitType.Decimal, Aggregate.Max, "amount", 30),
        Computed("first_order", TraitType.DateTime, Aggregate.First, null, null),
        Computed("first_amount_7d", TraitType.Decimal, Aggregate.First, "amount", 7),
        Computed("last_order", TraitType.DateTime, Aggregate.Last, null, null),
        Computed("last_amount_30d", TraitType.Decimal, Aggregate.Last, "amount", 30),
        Computed("different", TraitType.Integer, Aggregate.Distinct, "amount", null),
        Computed("different_7d", TraitType.Integer, Aggregate.Distinct, "amount", 7),
    ]);

    private static readonly string[] Sources = ["crm", "shop", "app", "desk"];

    /// <summary>The event that a number stands for.</summary>
    public static CanonicalEvent Event(ulong number, int index)
    {
        var bits = new Bits(number);
        var kind = bits.Take(4);
        var occurredAt = Start + TimeSpan.FromHours(17 * bits.Take(6));
        var isAlias = kind >= 14;
        return new CanonicalEvent
        {
            EventId = EventIds.From("test", index.ToString(CultureInfo.InvariantCulture)),
            SourceId = Sources[bits.Take(2)],
            OccurredAt = occurredAt,
            ReceivedAt = occurredAt + TimeSpan.FromMinutes(bits.Take(4)),
            Type = isAlias ? EventTypes.Aliased : kind < 7 ? EventTypes.Identified : kind < 12 ? "order.completed" : EventTypes.PageViewed,
            IsAlias = isAlias,
            Identities = Identities(ref bits, isAlias),
            Traits = kind < 7 ? Values(ref bits) : new Dictionary<string, JsonElement>(),
            Properties = Element($$"""{"amount": {{(bits.Take(3) == 0 ? "null" : Amount(ref bits))}}}"""),
        };
    }

    public static IdentityKey Identity(string identityNamespace, string value) =>
        new(EventIds.From(identityNamespace, value), identityNamespace, value);

    private static List<IdentityKey> Identities(ref Bits bits, bool isAlias)
    {
        var user = bits.Take(2);
        var email = bits.Take(2);
        var device = bits.Take(2);
        var which = bits.Take(4);
        var identities = new List<IdentityKey>();
        if (isAlias || (which & 0b0001) != 0)
        {
            identities.Add(Identity("user_id", $"u{user}"));
        }

        if (isAlias && (which & 0b1000) == 0)
        {
            identities.Add(Identity("user_id", $"u{(user + 1) % 4}"));
        }

        if ((which & 0b1100) == 0b1100)
        {
            identities.Add(Identity("external:crm", $"c{email}"));
        }

        if ((which & 0b0010) != 0)
        {
            identities.Add(Identity("email", $"e{email}@example.com"));
        }

        if ((which & 0b0100) != 0 || identities.Count == 0)
        {
            identities.Add(Identity("anonymous_id", $"a{device}"));
        }

        return identities;
    }

    private static Dictionary<string, JsonElement> Values(ref Bits bits)
    {
        var which = bits.Take(7);
        var word = bits.Take(3);
        var value = word == 0 ? "null" : $"\"w{word}\"";
        var values = new Dictionary<string, JsonElement>();
        Add(0, "latest", value);
        Add(1, "first", value);
        Add(2, "priority", value);
        Add(2, "priority_null", value);
        Add(3, "max", Amount(ref bits));
        Add(4, "min", Amount(ref bits));
        Add(5, "sum", Amount(ref bits));
        Add(6, "union", $"[\"w{word}\",\"w{word / 2}\"]");
        return values;

        void Add(int bit, string name, string json)
        {
            if ((which & (1 << bit)) != 0)
            {
                values.Add(name, Element(json));
            }
        }
    }

    /// <summary>Some amounts are equal though written differently.</summary>
    private static string Amount(ref Bits bits)
    {
        var amount = bits.Take(3);
        return (amount % 2 == 0 ? amount / 2m : -amount).ToString("0.0#", CultureInfo.InvariantCulture);
    }

    private static JsonElement Element(string json) => JsonElement.Parse(json);

    private static TraitDefinition Observed(string name, TraitType type, TraitPolicy policy) => new() { Name = name, Type = type, Policy = policy };

    private static TraitDefinition Computed(string name, TraitType type, Aggregate aggregate, string? property, int? days) => new()
    {
        Name = name,
        Type = type,
        Computed = new Computation { Aggregate = aggregate, EventType = "order.completed", Property = property, WindowDays = days },
    };

    private ref struct Bits(ulong number)
    {
        private ulong rest = number;

        public int Take(int count)
        {
            var taken = (int)(rest & ((1UL << count) - 1));
            rest >>= count;
            return taken;
        }
    }
}
