using System.Text.RegularExpressions;
using Freshet.Gateway.Execution;
using Freshet.Gateway.LookUps;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using GraphQL;
using GraphQL.Builders;
using GraphQL.DataLoader;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

/// <summary>Type Traits: a typed field for every trait of the dictionary.</summary>
internal sealed partial class TraitsGraphType : ObjectGraphType<ProfileNode>
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
        if (EnumOf(field) is { } choice)
        {
            Describe(Field(field.FieldName, choice), trait).Argument(choice, "default", DescribeDefault);
            return;
        }

        var input = trait.Type == TraitType.Money ? typeof(MoneyInputGraphType) : TypeOf(trait.Type);
        Describe(Field(field.FieldName, TypeOf(trait.Type)), trait).Argument(input, "default", DescribeDefault);
    }

    private static FieldBuilder<ProfileNode, object> Describe(FieldBuilder<ProfileNode, object> field, TraitDefinition trait) =>
        field.Description(DescriptionOf(trait))
            .Argument<DurationScalar>("maxAge", "The oldest value to take. Left out: the dictionary's promise.")
            .Argument<NonNullGraphType<OnStaleGraphType>>("onStale", "What to give when the value is older.", argument => argument.DefaultValue = OnStale.Serve)
            .Resolve(context => Resolve(context, trait, ContractOf(context)));

    private static void DescribeDefault(QueryArgument argument) => argument.Description = "What to give when there is no value. Left out: the dictionary's default.";

    /// <summary>A GraphQL enum of the trait's values if each is a legal name; null: the field is a String.</summary>
    private static EnumerationGraphType? EnumOf(TraitField field)
    {
        if (field.Trait.Type != TraitType.Enum || !field.Trait.Values.All(IsEnumName))
        {
            return null;
        }

        var type = new EnumerationGraphType
        {
            Name = $"{char.ToUpperInvariant(field.FieldName[0])}{field.FieldName[1..]}Choice",
            Description = $"The values of trait `{field.Trait.Name}`.",
        };
        foreach (var value in field.Trait.Values)
        {
            type.Add(value, value);
        }

        return type;
    }

    private static bool IsEnumName(string value) => EnumName.IsMatch(value) && value is not ("true" or "false" or "null");

    private static ReadContract ContractOf(IResolveFieldContext context) => new(
        context.GetArgument<TimeSpan?>("maxAge"),
        context.GetArgument<OnStale>("onStale"),
        context.HasArgument("default") ? TraitValues.ToJson(context.Arguments!["default"].Value) : default);

    private static object? Resolve(IResolveFieldContext<ProfileNode> context, TraitDefinition trait, ReadContract contract)
    {
        var reading = context.Source.Read(trait, contract);
        return reading.NeedsRefresh ? Refresh(context, trait, contract) : TraitValues.FromJson(trait, reading.Value);
    }

    // The database first: the cache may only be behind.
    private static IDataLoaderResult Refresh(IResolveFieldContext<ProfileNode> context, TraitDefinition trait, ReadContract contract)
    {
        var (refresh, loads, profile) = (context.Service<TraitRefresh>(), context.Loads(), context.Source);
        var answer = new RefreshingAnswer(context.Service<AnswerExtensions>(), loads.StartedAt);
        return loads.Refreshed(profile.Id).ThenAsync(async (refreshed, ct) =>
            TraitValues.FromJson(trait, await refresh.ReadAsync(refreshed ?? profile, trait, contract, answer, ct)));
    }

    private static string DescriptionOf(TraitDefinition trait)
    {
        var text = trait.Description ?? $"Trait `{trait.Name}`.";
        return trait.MaxAge is { } maxAge ? $"{text} Fresh for {Durations.Words(maxAge)}." : text;
    }

    private static Type TypeOf(TraitType type) => type switch
    {
        TraitType.String => typeof(StringGraphType),
        TraitType.Integer => typeof(LongScalar),
        TraitType.Decimal => typeof(DecimalScalar),
        TraitType.Boolean => typeof(BooleanGraphType),
        TraitType.Date => typeof(DateScalar),
        TraitType.DateTime => typeof(DateTimeScalar),
        TraitType.List => typeof(ListGraphType<NonNullGraphType<StringGraphType>>),
        TraitType.Money => typeof(MoneyGraphType),
        TraitType.Duration or TraitType.Enum => typeof(StringGraphType),
        _ => typeof(JsonScalar),
    };

    [GeneratedRegex("^(?!__)[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex EnumName { get; }
}
