using Freshet.Gateway.Execution.Errors;

namespace Freshet.Gateway.Paging;

/// <summary>Which page of a connection is wanted.</summary>
public sealed record PageRequest(int First, string? After)
{
    public const int Usual = 20;

    public const int Largest = 100;

    public static PageRequest Of(int? first, string? after) => first is < 1 or > Largest
        ? throw new RefusalException(GatewayErrorCodes.BadPage, $"first is {first}: ask for 1 to {Largest} at a time.")
        : new PageRequest(first ?? Usual, string.IsNullOrEmpty(after) ? null : after);
}

/// <summary>A page of a connection.</summary>
public sealed record Page<T>(IReadOnlyList<PageEdge<T>> Edges, bool HasNextPage, bool HasPreviousPage);

/// <summary>One item and the cursor after which the next page starts.</summary>
public sealed record PageEdge<T>(string Cursor, T Node);
