using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Reading;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class LedgerEntryGraphType : ObjectGraphType<LedgerEntry>
{
    public LedgerEntryGraphType()
    {
        Name = "LedgerEntry";
        Description = "The account of one source and hour of receipt.";
        Field<NonNullGraphType<DateTimeScalar>>("hour").Description("When the hour begins.").Resolve(context => context.Source.Hour);
        Field<NonNullGraphType<IdGraphType>>("source").Description("Who sent the events.").Resolve(context => context.Source.SourceId);
        Count("received", "Events that were acknowledged, duplicates included.", entry => entry.Received);
        Count("applied", "Events that are in a profile.", entry => entry.Applied);
        Count("duplicate", "Events that were known already.", entry => entry.Duplicate);
        Count("filtered", "Events that the source's settings leave out.", entry => entry.Filtered);
        Count("parked", "Events that are dead letters.", entry => entry.Parked);
        Count("waiting", "Events that are on their way.", entry => entry.Waiting);
        Count("residue", "What is left over. Always 0; anything else is a defect.", entry => entry.Residue);
        Count("refused", "Events of a proven sender that were not acknowledged. They are not among those received.", entry => entry.Refused);
    }

    private void Count(string name, string description, Func<LedgerEntry, long> of) =>
        Field<NonNullGraphType<LongScalar>>(name).Description(description).Resolve(context => of(context.Source));
}
