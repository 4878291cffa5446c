namespace Freshet.Profiles.Mapping;

/// <summary>Functions on lists. Inside their second argument, names stand for members of the item. Nothing is an empty list, and any other
/// value is a list of one.</summary>
internal static class ListFunctions
{
    /// <summary>What the expression gives for each item; items for which it gives nothing are left out.</summary>
    public static MappedValue Map(CallNode call, Evaluation run, MappedValue item) =>
        MappedValue.OfList([.. Items(call, run, item).Select(one => call.Value(1, run, one)).Where(value => !value.IsNothing)]);

    public static MappedValue Filter(CallNode call, Evaluation run, MappedValue item) => MappedValue.OfList([.. Chosen(call, run, item)]);

    public static MappedValue First(CallNode call, Evaluation run, MappedValue item) => Chosen(call, run, item).FirstOrDefault();

    public static MappedValue Last(CallNode call, Evaluation run, MappedValue item) => Chosen(call, run, item).LastOrDefault();

    public static MappedValue Count(CallNode call, Evaluation run, MappedValue item) =>
        MappedValue.OfNumber(Chosen(call, run, item).Count().ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static MappedValue Any(CallNode call, Evaluation run, MappedValue item) => MappedValue.Of(Chosen(call, run, item).Any());

    public static MappedValue All(CallNode call, Evaluation run, MappedValue item) => MappedValue.Of(Items(call, run, item).All(one => call.Value(1, run, one).IsYes));

    /// <summary>Texts and numbers, each once, in the order in which they come up.</summary>
    public static MappedValue Unique(CallNode call, Evaluation run, MappedValue item)
    {
        var seen = new HashSet<(MappedKind, string)>();
        return MappedValue.OfList([.. Items(call, run, item)
            .Where(one => one.Kind is MappedKind.Text or MappedKind.Number && seen.Add((one.Kind, one.TextIn(run))))]);
    }

    /// <summary>An object out of a list like <c>[{"key": "color", "value": "red"}]</c>. Of a key that comes twice, the last one counts.</summary>
    public static MappedValue Pairs(CallNode call, Evaluation run, MappedValue item)
    {
        var members = new Dictionary<string, MappedValue>();
        foreach (var one in Items(call, run, item))
        {
            if (call.Text(1, run, one) is { } key)
            {
                members[key] = call.Value(2, run, one);
            }
        }

        run.Charge(members.Count);
        return MappedValue.OfMembers([.. members.Select(member => new MappedMember(member.Key, member.Value))]);
    }

    /// <summary>An object of names and values by turns; those without a value are left out.</summary>
    public static MappedValue Object(CallNode call, Evaluation run, MappedValue item)
    {
        var members = new MappedMember[call.Count / 2];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new MappedMember(call.Text(2 * i, run, item)!, call.Value((2 * i) + 1, run, item));
        }

        return MappedValue.OfMembers(members);
    }

    public static (string Error, int Argument)? CheckObject(IReadOnlyList<Syntax> arguments)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (MappingFunctions.WrittenOut(arguments[i]) is not { } name || !names.Add(name))
            {
                return ("each name is written out in quotes, and once", i);
            }
        }

        return arguments.Count % 2 == 0 ? null : ("the last name has no value", arguments.Count - 1);
    }

    private static IEnumerable<MappedValue> Items(CallNode call, Evaluation run, MappedValue item) => call.Value(0, run, item).ItemsIn(run);

    private static IEnumerable<MappedValue> Chosen(CallNode call, Evaluation run, MappedValue item) =>
        call.Count < 2 ? Items(call, run, item) : Items(call, run, item).Where(one => call.Value(1, run, one).IsYes);
}
