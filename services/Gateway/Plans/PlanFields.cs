using System.Text.Json;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Freshet.Gateway.Plans;

/// <summary>Finds the writer of every field under a profile. Null where there is none: what is not listed here is the engine's.</summary>
internal sealed class PlanFields(FreshetSchema schema, PlanSelection selection, PlanVariables variables)
{
    private static readonly string[] Origins = Words<TraitOrigin>();
    private static readonly string[] States = Words<FreshnessState>();

    public PlanStep[]? OfProfile(PlannedField field) => All(field, "Profile", ProfileStep);

    private static string[] Words<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(word => word.ToUpperInvariant())];

    private T[]? All<T>(PlannedField owner, string type, Func<PlannedField, T?> find)
        where T : class
    {
        if (selection.Collect(owner.Selections, type) is not { } fields)
            return null;

        var found = fields.ConvertAll(field => find(field));
        return found.Contains(null) ? null : [.. found.Select(one => one!)];
    }

    private PlanStep? ProfileStep(PlannedField field) => field.Name switch
    {
        "__typename" => Typename(field, "Profile"),
        "id" => new ValueStep(field, static frame => PlanText.WriteString(frame.Writer, frame.Profile.Id)),
        "version" => new ValueStep(field, static frame => frame.Writer.WriteRawValue(frame.Profile.Version, skipInputValidation: true)),
        "updatedAt" => new ValueStep(field, static frame => WriteInstant(frame, frame.Profile.UpdatedAt)),
        "traits" => All(field, "Traits", TypedTrait) is { } steps ? new TraitsStep(field, steps) : null,
        "trait" => Trait(field),
        "identities" => All(field, "Identity", IdentityMember) is { } members ? new IdentitiesStep(field, members) : null,
        _ => null,
    };

    private static ValueStep Typename(PlannedField field, string name) => new(field, frame => frame.Writer.WriteStringValue(name));

    // The cache writes its instants itself; one that is none is no profile.
    private static void WriteInstant(PlanFrame frame, ReadOnlySpan<byte> json)
    {
        if (!PlanText.TryWriteInstant(frame.Writer, json))
            throw new JsonException("An instant of a profile is none.");
    }

    private static PlanMember<IdentityPlace>? IdentityMember(PlannedField field)
    {
        Action<PlanFrame, IdentityPlace>? write = field.Name switch
        {
            "__typename" => static (frame, _) => frame.Writer.WriteStringValue("Identity"),
            "namespace" => static (frame, identity) => PlanText.WriteString(frame.Writer, frame.Profile.Text(identity.Namespace)),
            "value" => static (frame, identity) => PlanText.WriteString(frame.Writer, frame.Profile.Text(identity.Value)),
            "firstSeenAt" => static (frame, identity) => WriteInstant(frame, frame.Profile.Text(identity.FirstSeenAt)),
            "lastSeenAt" => static (frame, identity) => WriteInstant(frame, frame.Profile.Text(identity.LastSeenAt)),
            "source" => static (frame, identity) => PlanText.WriteString(frame.Writer, frame.Profile.Text(identity.Source)),
            _ => null,
        };
        return write is null ? null : new PlanMember<IdentityPlace>(field, write);
    }

    private TraitStep? Trait(PlannedField field)
    {
        if (field.Field.Arguments?.Items is not [{ Value: var value }] || All(field, "Trait", TraitMember) is not { } members)
            return null;

        return value switch
        {
            GraphQLStringValue name => new TraitStep(field, schema.Dictionary, (string)name.Value, place: -1, members),
            GraphQLVariable name when variables.PlaceOf(name, PlanVariableKind.Text) is >= 0 and var place =>
                new TraitStep(field, schema.Dictionary, constant: null, place, members),
            _ => null,
        };
    }

    private static PlanMember<TraitNode>? TraitMember(PlannedField field)
    {
        Action<PlanFrame, TraitNode>? write = field.Name switch
        {
            "__typename" => static (frame, _) => frame.Writer.WriteStringValue("Trait"),
            "name" => static (frame, trait) => frame.Writer.WriteStringValue(trait.Name),
            "value" => static (frame, trait) => PlanText.WriteValue(frame.Writer, trait.Value),
            "observedAt" => static (frame, trait) => PlanText.WriteValue(frame.Writer, trait.ObservedAt),
            "receivedAt" => static (frame, trait) => PlanText.WriteValue(frame.Writer, trait.ReceivedAt),
            "source" => static (frame, trait) => frame.Writer.WriteStringValue(trait.Source),
            "event" => static (frame, trait) => PlanText.WriteValue(frame.Writer, trait.Event?.ToString()),
            "origin" => static (frame, trait) => frame.Writer.WriteStringValue(Origins[(int)trait.Origin]),
            "freshness" => static (frame, trait) => frame.Writer.WriteStringValue(States[(int)trait.Freshness]),
            _ => null,
        };
        return write is null ? null : new PlanMember<TraitNode>(field, write);
    }

    private PlanStep? TypedTrait(PlannedField field)
    {
        if (field.Name == "__typename")
            return Typename(field, "Traits");

        // Money has fields of its own: the engine sees to them.
        return schema.Fields.TryGetValue(field.Name, out var trait) && trait.Type != TraitType.Money && Contract(field.Field) is { } contract
            ? new TypedTraitStep(field, trait, contract)
            : null;
    }

    private ReadContract? Contract(GraphQLField field)
    {
        var contract = ReadContract.None;
        foreach (var argument in field.Arguments?.Items ?? [])
        {
            switch (argument.Name.StringValue)
            {
                case "maxAge" when argument.Value is GraphQLStringValue text && DurationScalar.TryParse((string)text.Value, out var maxAge):
                    contract = contract with { MaxAge = maxAge };
                    break;
                case "onStale" when argument.Value is GraphQLEnumValue word && OnStaleOf(word) is { } onStale:
                    contract = contract with { OnStale = onStale };
                    break;
                case "default" when DefaultOf(field, argument.Value) is { } value:
                    contract = contract with { Default = value };
                    break;
                default:
                    return null;
            }
        }

        return contract;
    }

    // REFRESH reads once more, past the cache: nothing to win there.
    private static OnStale? OnStaleOf(GraphQLEnumValue word) =>
        Enum.TryParse<OnStale>(word.Name.StringValue, ignoreCase: true, out var onStale) && onStale != OnStale.Refresh ? onStale : null;

    private JsonElement? DefaultOf(GraphQLField field, GraphQLValue value)
    {
        var type = ((IObjectGraphType)schema.AllTypes["Traits"]!).GetField(field.Name)?.ResolvedType;
        var isLiteral = value is GraphQLStringValue or GraphQLIntValue or GraphQLFloatValue or GraphQLBooleanValue;
        return isLiteral && type is ScalarGraphType scalar ? TraitValues.ToJson(scalar.ParseLiteral(value)) : null;
    }
}
