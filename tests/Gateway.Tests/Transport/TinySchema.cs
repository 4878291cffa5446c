using System.Runtime.CompilerServices;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Execution.Subscriptions;
using Freshet.Profiles.Storage;
using GraphQL;
using GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>A schema with one of each thing that the transports must carry.</summary>
public sealed class TinySchema : GraphQL.Types.Schema
{
    public TinySchema(TinyWorld world)
    {
        var person = new PersonType(world);
        Query = new QueryType(world, person);
        Mutation = new MutationType();
        Subscription = new SubscriptionType(world);
    }

    private sealed class QueryType : ObjectGraphType
    {
        public QueryType(TinyWorld world, PersonType person)
        {
            Name = "Query";
            Field<NonNullGraphType<StringGraphType>>("hello")
                .Argument<StringGraphType>("name")
                .Resolve(context => $"hello {context.GetArgument("name", "world")}");
            Field<StringGraphType>("boom").Resolve(_ => throw new InvalidOperationException("secret of the house"));
            Field<StringGraphType>("storeAway").Resolve(_ => throw new StoreUnavailableException("PostgreSQL is away", new TimeoutException()));
            Field<StringGraphType>("refuse").Resolve(_ => throw new RefusalException("TEAPOT", "Short and stout."));
            Field<StringGraphType>("slow").ResolveAsync(async context =>
            {
                world.SlowStarted.TrySetResult();
                await world.Released.Task.WaitAsync(context.CancellationToken);
                return "done";
            });
            Field<StringGraphType>("extended").Resolve(context =>
            {
                context.RequestServices!.GetRequiredService<AnswerExtensions>().Set("position", "reached");
                return "yes";
            });
            AddField(new FieldType
            {
                Name = "person",
                ResolvedType = person,
                Arguments = new QueryArguments(new QueryArgument<NonNullGraphType<IdGraphType>> { Name = "id" }),
                Resolver = new GraphQL.Resolvers.FuncFieldResolver<object?>(context => context.GetArgument<int>("id")),
            });
            AddField(new FieldType
            {
                Name = "people",
                ResolvedType = new ListGraphType(person),
                Arguments = new QueryArguments(
                    new QueryArgument<ListGraphType<NonNullGraphType<IdGraphType>>> { Name = "ids" },
                    new QueryArgument<IntGraphType> { Name = "first" }),
                Resolver = new GraphQL.Resolvers.FuncFieldResolver<object?>(context => context.GetArgument<int[]?>("ids") ?? Enumerable.Range(1, context.GetArgument("first", 2)).ToArray()),
            });
        }
    }

    public sealed class PersonType : ObjectGraphType<int>
    {
        public PersonType(TinyWorld world)
        {
            Name = "Person";
            Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source);
            Field<StringGraphType>("name").Resolve(context => $"person {context.Source}");
            Field<StringGraphType>("city").Resolve(context => context.RequestServices!.GetRequiredService<CityLoader>().Batch.Load(context.Source % 3));
            AddField(new FieldType
            {
                Name = "friends",
                ResolvedType = new ListGraphType(this),
                Arguments = new QueryArguments(new QueryArgument<IntGraphType> { Name = "first" }),
                Resolver = new GraphQL.Resolvers.FuncFieldResolver<int, object?>(context => Enumerable.Range(context.Source + 1, context.GetArgument("first", 2)).ToArray()),
            });
            _ = world;
        }
    }

    private sealed class MutationType : ObjectGraphType
    {
        public MutationType()
        {
            Name = "Mutation";
            Field<StringGraphType>("rename").Argument<NonNullGraphType<StringGraphType>>("to").Resolve(context => context.GetArgument<string>("to"));
        }
    }

    private sealed class SubscriptionType : ObjectGraphType
    {
        public SubscriptionType(TinyWorld world)
        {
            Name = "Subscription";
            Stream("ticks", context => world.TicksAsync(context.GetArgument("after", 0), context.GetArgument<int?>("count")));
            // Large events fill the buffers of the kernel after some hundred instead of some hundred thousand.
            AddField(new FieldType
            {
                Name = "bulk",
                Type = typeof(StringGraphType),
                Resolver = new GraphQL.Resolvers.FuncFieldResolver<int, object?>(context => context.Source + new string('x', 16_000)),
                StreamResolver = PulledSource.Resolver(_ => world.TicksAsync(0, null)),
            });
            Stream("breaks", _ => Broken());
            Stream("silent", _ => world.SilentAsync());
            Stream("refused", _ => throw new RefusalException("TEAPOT", "Short and stout."));
            AddField(new FieldType
            {
                Name = "pushed",
                Type = typeof(IntGraphType),
                StreamResolver = new GraphQL.Resolvers.SourceStreamResolver<int>(_ => world.Pushes),
            });
        }

        private void Stream(string name, Func<IResolveFieldContext, IAsyncEnumerable<int>> source) => AddField(new FieldType
        {
            Name = name,
            Type = typeof(IntGraphType),
            Arguments = new QueryArguments(new QueryArgument<IntGraphType> { Name = "after" }, new QueryArgument<IntGraphType> { Name = "count" }),
            Resolver = new GraphQL.Resolvers.FuncFieldResolver<int, object?>(context => context.Source),
            StreamResolver = PulledSource.Resolver(source),
        });

        private static async IAsyncEnumerable<int> Broken([EnumeratorCancellation] CancellationToken ct = default)
        {
            yield return 1;
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            throw new InvalidOperationException("secret of the stream");
        }
    }
}

/// <summary>One batch per operation, counted.</summary>
public sealed class CityLoader(TinyWorld world)
{
    public BatchLoader<int, string> Batch { get; } = new((keys, _) =>
    {
        world.CountBatch();
        return Task.FromResult<IReadOnlyDictionary<int, string>>(keys.ToDictionary(key => key, key => $"city {key}"));
    });
}
