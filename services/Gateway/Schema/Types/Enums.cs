using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class OnStaleGraphType : EnumerationGraphType
{
    public OnStaleGraphType()
    {
        Name = "OnStale";
        Description = "What to give in place of a value that is older than its maximum age.";
        Add("SERVE", OnStale.Serve, "The old value.");
        Add("DEFAULT", OnStale.Default, "The `default` of the field's argument, else of the dictionary.");
        Add("NULL", OnStale.Null, "Null.");
        Add("REFRESH", OnStale.Refresh, "A newer one: of the database, and if that is stale too, of the source that can be looked up. Waits as long as the source's `lookup` allows; without an answer by then it is the old value, and `extensions.freshness` says why.");
        Add("ERROR", OnStale.Error, "A field error with code `TRAIT_STALE`.");
    }
}

internal sealed class TraitOriginGraphType : EnumerationGraphType
{
    public TraitOriginGraphType()
    {
        Name = "TraitOrigin";
        Description = "How a value came to be.";
        Add("OBSERVED", TraitOrigin.Observed, "An event bore it.");
        Add("COMPUTED", TraitOrigin.Computed, "Derived from events by a rule of the dictionary.");
        Add("OVERRIDE", TraitOrigin.Override, "Set by an operator.");
        Add("DEFAULT", TraitOrigin.Default, "Nothing was observed: the default, or null.");
    }
}

internal sealed class FreshnessGraphType : EnumerationGraphType
{
    public FreshnessGraphType()
    {
        Name = "Freshness";
        Description = "Age of a value against its promise.";
        Add("FRESH", FreshnessState.Fresh, "Observed within its maximum age, or none is set.");
        Add("STALE", FreshnessState.Stale, "Older than its maximum age.");
        Add("UNKNOWN", FreshnessState.Unknown, "Nothing was ever observed.");
    }
}
