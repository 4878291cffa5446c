using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Freshet.Gateway.Schema.Scalars;

/// <summary>Any JSON value; in code always a <see cref="JsonElement"/>.</summary>
public sealed class JsonScalar : ScalarGraphType
{
    public JsonScalar()
    {
        Name = "JSON";
        Description = "Any JSON value: object, array, string, number, boolean or null.";
    }

    public override object? ParseLiteral(GraphQLValue value) =>
        value is GraphQLNullValue ? null : JsonSerializer.SerializeToElement(Node(value));

    public override object? ParseValue(object? value) => value switch
    {
        null or JsonElement => value,
        _ => JsonSerializer.SerializeToElement(value),
    };

    public override bool CanParseLiteral(GraphQLValue value) => value is not GraphQLVariable;

    public override bool CanParseValue(object? value) => true;

    public override object? Serialize(object? value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } or null => null,
        JsonElement => value,
        _ => JsonSerializer.SerializeToElement(value),
    };

    private JsonNode? Node(GraphQLValue value) => value switch
    {
        GraphQLNullValue => null,
        GraphQLStringValue text => JsonValue.Create((string)text.Value),
        GraphQLEnumValue word => JsonValue.Create(word.Name.StringValue),
        GraphQLBooleanValue truth => JsonValue.Create(truth.BoolValue),
        GraphQLIntValue number => JsonNode.Parse((string)number.Value),
        GraphQLFloatValue number => JsonValue.Create(double.Parse(number.Value.Span, CultureInfo.InvariantCulture)),
        GraphQLListValue list => new JsonArray([.. (list.Values ?? []).Select(Node)]),
        GraphQLObjectValue members => new JsonObject((members.Fields ?? []).Select(
            field => KeyValuePair.Create(field.Name.StringValue, Node(field.Value)))),
        _ => (JsonNode?)ThrowLiteralConversionError(value),
    };
}
