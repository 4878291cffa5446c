using GraphQL.Types;

namespace Freshet.Gateway.Schema.Scalars;

/// <summary>The engine's 64-bit integer, with a word about what it is.</summary>
public sealed class LongScalar : LongGraphType
{
    public LongScalar()
    {
        Name = "Long";
        Description = "A whole number of up to 64 bits, written as a JSON number. JavaScript reads it exactly up to 2^53.";
    }
}

/// <summary>The engine's decimal number, with a word about what it is.</summary>
public sealed class DecimalScalar : DecimalGraphType
{
    public DecimalScalar()
    {
        Name = "Decimal";
        Description = "A decimal number of up to 28 digits, written as a JSON number without rounding.";
    }
}
