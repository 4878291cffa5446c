using System.Collections.Frozen;
using System.Globalization;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Mapping;

/// <summary>A compiled expression. Immutable, used by many threads.</summary>
internal abstract class Node
{
    /// <param name="run">The event.</param>
    /// <param name="item">What names stand in: the body, or the item of a list inside <c>map</c> and its like.</param>
    /// <exception cref="MappingFailure">The event cannot be read.</exception>
    public abstract MappedValue Evaluate(Evaluation run, MappedValue item);
}

internal sealed class ConstantNode(MappedValue value) : Node
{
    public override MappedValue Evaluate(Evaluation run, MappedValue item) => value;
}

/// <summary><c>$</c>: the whole body.</summary>
internal sealed class BodyNode : Node
{
    public override MappedValue Evaluate(Evaluation run, MappedValue item) => run.Body;
}

/// <summary><c>this</c>.</summary>
internal sealed class ItemNode : Node
{
    public override MappedValue Evaluate(Evaluation run, MappedValue item) => item;
}

internal sealed class LetNode(int index) : Node
{
    public override MappedValue Evaluate(Evaluation run, MappedValue item) => run.Let(index);
}

/// <summary>Steps from a value. All in one node, so that a long path is no deep recursion.</summary>
internal sealed class PathNode(Node from, IReadOnlyList<string> names) : Node
{
    private readonly (string Name, int? Index)[] steps = [.. names.Select(name =>
        (name, int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : (int?)null))];

    public override MappedValue Evaluate(Evaluation run, MappedValue item)
    {
        var value = from.Evaluate(run, item);
        foreach (var (name, index) in steps)
        {
            run.Charge(0);
            value = value.StepIn(run, name, index);
            if (value.IsNothing)
            {
                break;
            }
        }

        return value;
    }
}

/// <summary>The entry of a table under a text or the text of a number; without one, what the mapping gives instead.</summary>
internal sealed class LookupNode(IReadOnlyDictionary<string, string> entries, Node key, Node other) : Node
{
    private readonly FrozenDictionary<string, MappedValue> values = entries.ToFrozenDictionary(entry => entry.Key, entry => MappedValue.OfText(entry.Value));

    public override MappedValue Evaluate(Evaluation run, MappedValue item)
    {
        var at = key.Evaluate(run, item);
        return at.Kind is MappedKind.Text or MappedKind.Number && values.TryGetValue(at.TextIn(run), out var found) ? found : other.Evaluate(run, item);
    }
}

internal sealed class ListNode(Node[] items) : Node
{
    public override MappedValue Evaluate(Evaluation run, MappedValue item)
    {
        var values = new MappedValue[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            values[i] = items[i].Evaluate(run, item);
        }

        return MappedValue.OfList(values);
    }
}

internal sealed class NotNode(Node operand) : Node
{
    public override MappedValue Evaluate(Evaluation run, MappedValue item) => MappedValue.Of(!operand.Evaluate(run, item).IsYes);
}

internal sealed class LogicNode(bool isAnd, Node[] operands) : Node
{
    public override MappedValue Evaluate(Evaluation run, MappedValue item)
    {
        foreach (var operand in operands)
        {
            if (operand.Evaluate(run, item).IsYes != isAnd)
            {
                return MappedValue.Of(!isAnd);
            }
        }

        return MappedValue.Of(isAnd);
    }
}

internal sealed class ComparisonNode(string how, Node left, Node right) : Node
{
    public override MappedValue Evaluate(Evaluation run, MappedValue item)
    {
        var (one, other) = (left.Evaluate(run, item), right.Evaluate(run, item));
        run.Charge(0);
        return MappedValue.Of(how switch
        {
            "==" => Comparisons.AreEqual(run, one, other),
            "!=" => !Comparisons.AreEqual(run, one, other),
            "in" => Comparisons.IsIn(run, one, other),
            "not in" => !Comparisons.IsIn(run, one, other),
            "<" => Comparisons.Order(run, one, other) < 0,
            "<=" => Comparisons.Order(run, one, other) <= 0,
            ">" => Comparisons.Order(run, one, other) > 0,
            _ => Comparisons.Order(run, one, other) >= 0,
        });
    }
}

/// <summary>Values of different kinds are never equal and have no order: a condition about them does not hold, and fails nothing.</summary>
internal static class Comparisons
{
    public static bool AreEqual(Evaluation run, MappedValue one, MappedValue other) =>
        (one.IsNothing && other.IsNothing)
        || (one.Kind == other.Kind && one.Kind switch
        {
            MappedKind.Text => one.TextIn(run) == other.TextIn(run),
            MappedKind.Number => Order(run, one, other) == 0,
            MappedKind.True or MappedKind.False => true,
            _ => false,
        });

    public static bool IsIn(Evaluation run, MappedValue one, MappedValue list)
    {
        foreach (var item in list.ItemsIn(run))
        {
            if (AreEqual(run, one, item))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null: they have none.</summary>
    public static int? Order(Evaluation run, MappedValue one, MappedValue other)
    {
        if (one.Kind == MappedKind.Text && other.Kind == MappedKind.Text)
        {
            return string.CompareOrdinal(one.TextIn(run), other.TextIn(run));
        }

        return one.Kind == MappedKind.Number && other.Kind == MappedKind.Number
            && ExactNumber.TryRead(one.TextIn(run), out var left) && ExactNumber.TryRead(other.TextIn(run), out var right)
            ? left.CompareTo(right) : null;
    }
}
