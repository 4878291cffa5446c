using System.Text.Json;

namespace Freshet.Gateway.Execution.Compiled;

/// <summary>
/// The parameters of a GraphQL request as bytes of its body. Reads only requests that the strict reader of the transport would take too;
/// whatever looks unusual is left to that one, with its messages.
/// </summary>
public readonly ref struct RequestSlices
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 32 };

    private readonly ReadOnlySpan<byte> _body;
    private readonly Places _places;

    private RequestSlices(ReadOnlySpan<byte> body, Places places)
    {
        _body = body;
        _places = places;
    }

    /// <summary>The document as the JSON string was written, without quotes; empty if absent.</summary>
    public ReadOnlySpan<byte> Query => _body[_places.Query];

    public ReadOnlySpan<byte> DocumentId => _body[_places.DocumentId];

    public ReadOnlySpan<byte> OperationName => _body[_places.OperationName];

    /// <summary>A JSON object; empty if absent.</summary>
    public ReadOnlySpan<byte> Variables => _body[_places.Variables];

    public static bool TryRead(ReadOnlySpan<byte> body, out RequestSlices slices)
    {
        var places = default(Places);
        slices = default;
        try
        {
            var reader = new Utf8JsonReader(body, ReaderOptions);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!TryReadMember(ref reader, ref places))
                    return false;
            }

            // Nothing may follow the object.
            if (reader.Read())
                return false;
        }
        catch (JsonException)
        {
            return false;
        }

        slices = new RequestSlices(body, places);
        return !slices.Query.IsEmpty || !slices.DocumentId.IsEmpty;
    }

    private static bool TryReadMember(ref Utf8JsonReader reader, ref Places places)
    {
        if (reader.ValueTextEquals("query"u8))
            return places.IsFirst(1) && TryReadText(ref reader, ref places.Query);
        if (reader.ValueTextEquals("variables"u8))
            return places.IsFirst(2) && TryReadObject(ref reader, ref places.Variables);
        if (reader.ValueTextEquals("operationName"u8))
            return places.IsFirst(4) && TryReadText(ref reader, ref places.OperationName);
        if (reader.ValueTextEquals("documentId"u8))
            return places.IsFirst(8) && TryReadText(ref reader, ref places.DocumentId);

        var none = default(Range);
        return reader.ValueTextEquals("extensions"u8) && places.IsFirst(16) && TryReadObject(ref reader, ref none) && none.End.Value - none.Start.Value <= 2;
    }

    // An empty text is read as one, and not as absent, by the long way.
    private static bool TryReadText(ref Utf8JsonReader reader, ref Range place)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return true;

        var start = (int)reader.TokenStartIndex + 1;
        place = start..(start + reader.ValueSpan.Length);
        return reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty;
    }

    private static bool TryReadObject(ref Utf8JsonReader reader, ref Range place)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        place = start..(int)reader.BytesConsumed;
        return true;
    }

    private struct Places
    {
        public Range Query;
        public Range DocumentId;
        public Range OperationName;
        public Range Variables;
        private int _seen;

        // Two readers could take different ones of a repeated name.
        public bool IsFirst(int member)
        {
            var isFirst = (_seen & member) == 0;
            _seen |= member;
            return isFirst;
        }
    }
}
