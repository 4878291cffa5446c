using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Dictionary;
using GraphQL;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

/// <summary>Type Traits: a typed field for every trait of the dictionary.</summary>
internal sealed class TraitsGraphType : ObjectGraphType<ProfileNode>
{
    public TraitsGraphType(IReadOnlyList<TraitField> fields)
    {
        Name = "Traits";
        Description = "The traits of the data dictionary, `first_name` as `firstName`. Generated from the workspace; it changes when the dictionary does.";
        foreach (var field in fields)
        {
            AddTrait(field);
        }

        if (fields.Count == 0)
        {
            // GraphQL knows no type without fields.
            Field<BooleanGraphType>("none").Description("Always null: the data dictionary of this workspace has no traits yet.").Resolve(_ => null);
        }
    }

    private void AddTrait(TraitField field)
    {
        var trait = field.Trait;
        var type = TypeOf(trait.Type);
        var ofDictionary = TraitValues.DefaultOf(trait);
        Field(field.FieldName, type)
            .Description(DescriptionOf(trait))
            .Argument<DurationScalar>("maxAge", "The oldest value to take. Left out: the dictionary's promise.")
            .Argument<NonNullGraphType<OnStaleGraphType>>("onStale", "What to give when the value is older.", argument => argument.DefaultValue = OnStale.Serve)
            .Argument(type, "default", argument => argument.Description = "What to give when there is no value. Left out: the dictionary's default.")
            .Resolve(context => Resolve(context, trait, RequestOf(context, ofDictionary)));
    }

    private static TraitRequest RequestOf(IResolveFieldContext context, object? ofDictionary) => new(
        context.GetArgument<TimeSpan?>("maxAge"),
        context.GetArgument<OnStale>("onStale"),
        context.HasArgument("default") ? context.Arguments!["default"].Value : ofDictionary);

    private static object? Resolve(IResolveFieldContext<ProfileNode> context, TraitDefinition trait, TraitRequest request) =>
        context.Source.Read(trait, request) switch
        {
            TraitReading.Value value => value.Of,
            TraitReading.Refresh => context.Loads().Refreshed(context.Source.Id).Then(
                refreshed => Answer(trait, (refreshed ?? context.Source).Read(trait, request with { OnStale = OnStale.Serve }))),
            var other => Answer(trait, other),
        };

    private static object? Answer(TraitDefinition trait, TraitReading reading) => reading switch
    {
        TraitReading.Value value => value.Of,
        TraitReading.Stale stale => throw new RefusalException(
            GatewayErrorCodes.TraitStale,
            $"Trait '{trait.Name}' was observed {Readable(stale.Age)} ago, and {Readable(stale.MaxAge)} is the oldest you take. "
                + "Ask with another onStale or a longer maxAge."),
        _ => throw new InvalidOperationException("A refreshed trait is read once."),
    };

    private static string Readable(TimeSpan span) => span >= TimeSpan.FromDays(2) ? $"{span.TotalDays:0} days"
        : span >= TimeSpan.FromHours(2) ? $"{span.TotalHours:0} hours"
        : span >= TimeSpan.FromMinutes(2) ? $"{span.TotalMinutes:0} minutes"
        : $"{span.TotalSeconds:0.#} seconds";

    private static string DescriptionOf(TraitDefinition trait)
    {
        var text = trait.Description ?? $"Trait `{trait.Name}`.";
        return trait.MaxAge is { } maxAge ? $"{text} Fresh for {Readable(maxAge)}." : text;
    }

    private static Type TypeOf(TraitType type) => type switch
    {
        TraitType.String => typeof(StringGraphType),
        TraitType.Integer => typeof(LongGraphType),
        TraitType.Decimal => typeof(DecimalGraphType),
        TraitType.Boolean => typeof(BooleanGraphType),
        TraitType.Date => typeof(DateScalar),
        TraitType.DateTime => typeof(DateTimeScalar),
        TraitType.List => typeof(ListGraphType<NonNullGraphType<StringGraphType>>),
        _ => typeof(JsonScalar),
    };
}
