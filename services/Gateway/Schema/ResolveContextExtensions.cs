using Freshet.Gateway.Paging;
using GraphQL;
using GraphQL.Builders;
using GraphQL.Resolvers;
using GraphQL.Types;

namespace Freshet.Gateway.Schema;

/// <summary>Small words for the wiring of fields.</summary>
internal static class ResolveContextExtensions
{
    public static T Service<T>(this IResolveFieldContext context)
        where T : notnull => context.RequestServices!.GetRequiredService<T>();

    public static OperationLoads Loads(this IResolveFieldContext context) => context.Service<OperationLoads>();

    /// <summary>Adds the arguments <c>first</c> and <c>after</c> of a Relay connection.</summary>
    public static FieldBuilder<TSource, TReturn> Paged<TSource, TReturn>(this FieldBuilder<TSource, TReturn> field) => field
        .Argument<IntGraphType>("first", $"How many at most: 1 to {PageRequest.Largest}. Left out: {PageRequest.Usual}.", argument => argument.DefaultValue = PageRequest.Usual)
        .Argument<StringGraphType>("after", "Go on after this `cursor` of an edge, or after `pageInfo.endCursor`.");

    public static FieldBuilder<TSource, TReturn> ResolveStreamWith<TSource, TReturn>(
        this FieldBuilder<TSource, TReturn> field, ISourceStreamResolver resolver)
    {
        field.FieldType.StreamResolver = resolver;
        return field;
    }

    public static PageRequest Page(this IResolveFieldContext context) =>
        PageRequest.Of(context.GetArgument<int?>("first"), context.GetArgument<string?>("after"));
}
