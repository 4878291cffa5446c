using GraphQL.Types;
using GraphQLParser.AST;

namespace Freshet.Gateway.Schema.Scalars;

/// <summary>A text that only we can read. Its content is judged by the field that takes it, so that a refusal has that field's own code.</summary>
public abstract class TokenScalar : ScalarGraphType
{
    public override object? ParseLiteral(GraphQLValue value) => value switch
    {
        GraphQLStringValue text => (string)text.Value,
        GraphQLNullValue => null,
        _ => ThrowLiteralConversionError(value),
    };

    public override object? ParseValue(object? value) => value switch
    {
        string or null => value,
        _ => ThrowValueConversionError(value),
    };

    public override object? Serialize(object? value) => value?.ToString();
}

/// <summary>Read-your-webhook: what Ingress returned as <c>position</c>.</summary>
public sealed class PositionScalar : TokenScalar
{
    public PositionScalar()
    {
        Name = "Position";
        Description = "The token that an accepted webhook or tracking call returned as `position` (header `Freshet-Position`). "
            + "Pass it unchanged as `after` to read what that call wrote.";
    }
}

/// <summary>A place in the stream of changes.</summary>
public sealed class CursorScalar : TokenScalar
{
    public CursorScalar()
    {
        Name = "Cursor";
        Description = "A place in the stream of changes. Keep the last one you saw and pass it unchanged as `after` to go on from there.";
    }
}
