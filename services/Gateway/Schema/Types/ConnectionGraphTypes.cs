using Freshet.Gateway.Events;
using Freshet.Gateway.Paging;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Ignoring;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

/// <summary>A page as in the Relay specification (https://relay.dev/graphql/connections.htm), with <c>nodes</c> as a shortcut.</summary>
internal static class RelayConnection
{
    public static void Describe<T, TGraph, TEdge>(ObjectGraphType<Page<T>> type, string name, string of)
        where TGraph : IGraphType
        where TEdge : IGraphType
    {
        type.Name = name;
        type.Description = $"A page of {of}.";
        type.Field<NonNullGraphType<ListGraphType<NonNullGraphType<TEdge>>>>("edges").Description("The items with their cursors.")
            .Resolve(context => context.Source.Edges);
        type.Field<NonNullGraphType<ListGraphType<NonNullGraphType<TGraph>>>>("nodes").Description("The items alone.")
            .Resolve(context => context.Source.Edges.Select(edge => edge.Node));
        type.Field<NonNullGraphType<PageInfoGraphType>>("pageInfo").Description("Whether there is more, and how to get it.")
            .Resolve(context => PageInfo.Of(context.Source));
    }

    public static void DescribeEdge<T, TGraph>(ObjectGraphType<PageEdge<T>> type, string name)
        where TGraph : IGraphType
    {
        type.Name = name;
        type.Description = "An item and its place in the list.";
        type.Field<NonNullGraphType<StringGraphType>>("cursor").Description("Pass it as `after` to go on behind this item.")
            .Resolve(context => context.Source.Cursor);
        type.Field<NonNullGraphType<TGraph>>("node").Description("The item.").Resolve(context => context.Source.Node);
    }
}

internal sealed record PageInfo(bool HasNextPage, bool HasPreviousPage, string? StartCursor, string? EndCursor)
{
    public static PageInfo Of<T>(Page<T> page) =>
        new(page.HasNextPage, page.HasPreviousPage, page.Edges.Count > 0 ? page.Edges[0].Cursor : null, page.Edges.Count > 0 ? page.Edges[^1].Cursor : null);
}

internal sealed class PageInfoGraphType : ObjectGraphType<PageInfo>
{
    public PageInfoGraphType()
    {
        Name = "PageInfo";
        Description = "Where a page stands in its list.";
        Field<NonNullGraphType<BooleanGraphType>>("hasNextPage").Description("Whether more items follow.").Resolve(context => context.Source.HasNextPage);
        Field<NonNullGraphType<BooleanGraphType>>("hasPreviousPage").Description("Whether this page began behind a cursor.")
            .Resolve(context => context.Source.HasPreviousPage);
        Field<StringGraphType>("startCursor").Description("The first item's cursor.").Resolve(context => context.Source.StartCursor);
        Field<StringGraphType>("endCursor").Description("The last item's cursor: pass it as `after` for the next page.").Resolve(context => context.Source.EndCursor);
    }
}

internal sealed class EventConnectionGraphType : ObjectGraphType<Page<EventNode>>
{
    public EventConnectionGraphType() =>
        RelayConnection.Describe<EventNode, EventGraphType, EventEdgeGraphType>(this, "EventConnection", "events, latest first");
}

internal sealed class EventEdgeGraphType : ObjectGraphType<PageEdge<EventNode>>
{
    public EventEdgeGraphType() => RelayConnection.DescribeEdge<EventNode, EventGraphType>(this, "EventEdge");
}

internal sealed class DeadLetterConnectionGraphType : ObjectGraphType<Page<DeadLetter>>
{
    public DeadLetterConnectionGraphType() => RelayConnection.Describe<DeadLetter, DeadLetterGraphType, DeadLetterEdgeGraphType>(
        this, "DeadLetterConnection", "dead letters, latest parked first");
}

internal sealed class DeadLetterEdgeGraphType : ObjectGraphType<PageEdge<DeadLetter>>
{
    public DeadLetterEdgeGraphType() => RelayConnection.DescribeEdge<DeadLetter, DeadLetterGraphType>(this, "DeadLetterEdge");
}

internal sealed class IgnoredFieldConnectionGraphType : ObjectGraphType<Page<IgnoredField>>
{
    public IgnoredFieldConnectionGraphType() => RelayConnection.Describe<IgnoredField, IgnoredFieldGraphType, IgnoredFieldEdgeGraphType>(
        this, "IgnoredFieldConnection", "ignored fields, those that appeared last first");
}

internal sealed class IgnoredFieldEdgeGraphType : ObjectGraphType<PageEdge<IgnoredField>>
{
    public IgnoredFieldEdgeGraphType() => RelayConnection.DescribeEdge<IgnoredField, IgnoredFieldGraphType>(this, "IgnoredFieldEdge");
}
