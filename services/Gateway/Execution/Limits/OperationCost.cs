using Freshet.Gateway.Execution.Errors;
using GraphQL;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>
/// The price of one operation, prepared once per document and evaluated per request, because page sizes may be variables.
/// An object costs 1, a scalar 0, an edge's node 0; a paged field (<c>first</c> or <c>last</c>) multiplies the lists it
/// holds by the page size, a list that takes a list of keys is multiplied by their number, other lists count as
/// one because they come with their owner (<see cref="CostMetadata"/> says otherwise per field).
/// </summary>
public sealed class OperationCost(IReadOnlyList<CostNode> roots)
{
    public static OperationCost Free { get; } = new([]);

    /// <summary>Null when the operation fits, else why not.</summary>
    public RefusalException? Check(Inputs variables, OperationLimitsOptions limits)
    {
        var evaluation = new CostEvaluation(variables, limits);
        var cost = evaluation.Sum(roots, inheritedSize: 1);
        if (evaluation.LargestPage > limits.MaxPageSize)
        {
            return new RefusalException(
                ErrorCodes.PageSizeExceeded,
                $"A page of {evaluation.LargestPage} items is asked; {limits.MaxPageSize} are allowed. Page through the rest with 'after'.");
        }

        return cost <= limits.MaxCost
            ? null
            : new RefusalException(
                ErrorCodes.QueryTooComplex,
                $"The operation costs {Math.Min(cost, int.MaxValue)}; {limits.MaxCost} is allowed. Ask for smaller pages or fewer nested lists.");
    }
}

/// <summary>One field that may load objects.</summary>
/// <param name="Weight">Price of one value.</param>
/// <param name="Size">How many values there are; null for a single object.</param>
/// <param name="IsList">A list takes the page size of the paged field that holds it.</param>
/// <param name="Children">What is asked of each value.</param>
public sealed record CostNode(int Weight, CostSize? Size, bool IsList, IReadOnlyList<CostNode> Children);

/// <summary>A number of items: known when the document is prepared, or named by a variable.</summary>
/// <param name="Known">The literal or assumed size; the fallback when the variable is absent.</param>
/// <param name="Variable">The variable that holds a number or a list of keys.</param>
/// <param name="IsAsked">Whether the caller chose it, so that the page limit holds.</param>
public sealed record CostSize(long? Known, string? Variable, bool IsAsked);

internal sealed class CostEvaluation(Inputs variables, OperationLimitsOptions limits)
{
    public long LargestPage { get; private set; }

    public long Sum(IReadOnlyList<CostNode> nodes, long inheritedSize)
    {
        long total = 0;
        foreach (var node in nodes)
            total = Math.Min(total + Price(node, inheritedSize), int.MaxValue);
        return total;
    }

    private long Price(CostNode node, long inheritedSize)
    {
        var size = node.Size is { } own ? Evaluate(own) : node.IsList ? inheritedSize : 1;

        // A paged field that is no list itself (a connection) hands its size to the lists it holds.
        var isConnection = node is { Size: not null, IsList: false };
        var each = node.Weight + Sum(node.Children, isConnection ? size : 1);
        return Math.Min(isConnection ? each : size * each, int.MaxValue);
    }

    private long Evaluate(CostSize size)
    {
        var known = size.Variable is { } name && variables.TryGetValue(name, out var given) ? SizeOf(given) : null;
        var items = Math.Clamp(known ?? size.Known ?? limits.DefaultPageSize, 0, int.MaxValue);
        if (size.IsAsked)
            LargestPage = Math.Max(LargestPage, items);
        return items;
    }

    // A value of another kind is refused later, when the variables are coerced.
    private static long? SizeOf(object? value) => value switch
    {
        int number => number,
        long number => number,
        decimal or double or System.Numerics.BigInteger => int.MaxValue,
        System.Collections.ICollection items => items.Count,
        _ => null,
    };
}
