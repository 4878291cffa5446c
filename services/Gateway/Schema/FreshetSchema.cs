using System.Collections.Frozen;
using Freshet.Gateway.Schema.Types;
using Freshet.Profiles.Dictionary;

namespace Freshet.Gateway.Schema;

/// <summary>The GraphQL schema for one version of the data dictionary. Immutable once initialized; a new dictionary gets a new one.</summary>
public sealed class FreshetSchema : GraphQL.Types.Schema
{
    private FreshetSchema(TraitDictionary dictionary, TraitFields fields)
        : base(new TypeProvider(dictionary, fields))
    {
        Dictionary = dictionary;
        Fields = fields.Fields.ToFrozenDictionary(field => field.FieldName, field => field.Trait);
        Excluded = fields.Excluded;
        Query = this.Type<QueryGraphType>();
        Mutation = this.Type<MutationGraphType>();
        Subscription = this.Type<SubscriptionGraphType>();
        Description = "Freshet: one live profile per customer, served while it is fresh.";
        this.RegisterTypes(
            typeof(InvalidSelectionGraphType), typeof(NothingSelectedGraphType), typeof(InvalidMappingGraphType), typeof(InvalidOverrideGraphType), typeof(ProfileNotFoundGraphType), typeof(IdentitiesNotFoundGraphType));
    }

    /// <summary>The workspace version whose traits are the fields of <c>Traits</c>.</summary>
    public long DictionaryVersion => Dictionary.Version;

    public TraitDictionary Dictionary { get; }

    /// <summary>The fields of <c>Traits</c>, by name.</summary>
    public FrozenDictionary<string, TraitDefinition> Fields { get; }

    /// <summary>Traits that have no field of their own, with the reason.</summary>
    public IReadOnlyList<ExcludedTrait> Excluded { get; }

    public static FreshetSchema For(TraitDictionary dictionary)
    {
        var schema = new FreshetSchema(dictionary, TraitNames.Decide(dictionary));
        schema.Initialize();
        return schema;
    }

    private T Type<T>()
        where T : class => (T)((IServiceProvider)this).GetService(typeof(T))!;
}
