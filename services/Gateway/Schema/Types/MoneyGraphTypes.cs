using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Formats;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

/// <summary>Type Money. Part of the schema only where the dictionary has a trait of that type.</summary>
internal sealed class MoneyGraphType : ObjectGraphType<MoneyNode>
{
    public MoneyGraphType()
    {
        Name = "Money";
        Description = "An amount of money, exact.";
        Field<NonNullGraphType<LongScalar>>("minorUnits").Description("In the currency's smallest unit: cents of a euro.").Resolve(context => context.Source.MinorUnits);
        Field<NonNullGraphType<StringGraphType>>("currency").Description("ISO 4217, like `EUR`.").Resolve(context => context.Source.Currency);
        Field<NonNullGraphType<StringGraphType>>("amount").Description("In the unit that people count in, with all digits of the currency: `12.50`.").Resolve(context => context.Source.Amount);
    }
}

/// <summary>Money as an argument.</summary>
internal sealed class MoneyInputGraphType : InputObjectGraphType<MoneyNode>
{
    public MoneyInputGraphType()
    {
        Name = "MoneyInput";
        Description = "An amount of money.";
        Field<NonNullGraphType<LongScalar>>("minorUnits").Description("In the currency's smallest unit: cents of a euro.");
        Field<NonNullGraphType<StringGraphType>>("currency").Description("ISO 4217, like `EUR`.");
    }

    public override object ParseDictionary(IDictionary<string, object?> value)
    {
        var code = (string)value["currency"]!;
        return new MoneyNode(
            (long)value["minorUnits"]!,
            Currencies.Find(code) ?? throw new FormatException($"'{code}' is no currency: write its three letters of ISO 4217, like EUR."));
    }
}
