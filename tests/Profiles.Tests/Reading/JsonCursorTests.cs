using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Tests.Reading;

public sealed class JsonCursorTests
{
    // The one that our serializer uses escapes quotes as \u0022; the other one puts a backslash before them and leaves other letters alone.
    private static readonly JavaScriptEncoder[] Encoders = [JavaScriptEncoder.Default, JavaScriptEncoder.UnsafeRelaxedJsonEscaping];

    private static readonly Gen<string> Texts = Gen.Frequency(
        (3, Gen.String[Gen.Char["abz\"\\/{}[],: \n\t\u0001üж€\u2028<>&'"], 0, 12]),
        (1, Gen.OneOf("", "\\", "\"", "\\\"", "\\\\", "}", "]", "a\\", "😀", "😀\\\"😀")));

    private static readonly Gen<string> Numbers = Gen.OneOf(
        Gen.OneOf("0", "-0", "-1", "1.5", "1e400", "-2.50E-7", "123456789012345678901234567890.10"),
        Gen.Long.Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Gen.Double.Where(double.IsFinite).Select(number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

    private static readonly Gen<JsonNode?> Values = Gen.Recursive<JsonNode?>((depth, inner) => depth > 4 ? Plain() : Gen.Frequency(
        (3, Plain()),
        (1, inner.Array[0, 4].Select(JsonNode? (items) => new JsonArray([.. items.Select(Copy)]))),
        (1, Members(inner).Select(JsonNode? (members) => members))));

    private static readonly Gen<byte[]> Objects = Gen.Select(Members(Values), Gen.OneOf(Encoders), (members, encoder) => Write(members, encoder));

    private static readonly Gen<byte> Damage = Gen.OneOf(Gen.OneOf<byte>([.. "\"\\{}[],:tfn0-u "u8]), Gen.Byte);

    private static readonly Gen<(int At, byte Value)[]> Damages = Gen.Select(Gen.Int[0, 10_000], Damage).Array[1, 4];

    [Fact]
    public void It_finds_the_members_and_items_that_a_full_reader_finds_at_every_depth() => Objects.Sample(
        text => ByCursor(text).ShouldBe(ByReader(text)), iter: 20_000);

    [Fact]
    public Task Every_beginning_of_a_text_is_refused() => BoundedAsync(() => Objects.Sample(
        text =>
        {
            for (var length = 0; length < text.Length; length++)
            {
                var start = text[..length];
                Should.Throw<JsonException>(() => ByCursor(start));
            }
        },
        iter: 300));

    [Fact]
    public Task Of_a_corrupted_text_it_refuses_or_stays_inside() => BoundedAsync(() => Gen.Select(Objects, Damages).Sample(
        (text, damages) =>
        {
            foreach (var (at, value) in damages)
            {
                text[at % text.Length] = value;
            }

            StaysInside(text);
        },
        iter: 20_000));

    [Fact]
    public Task Of_any_bytes_it_refuses_or_stays_inside() => BoundedAsync(() => Gen.OneOf(Damage.Array[0, 40], Gen.Byte.Array[0, 40]).Sample(StaysInside, iter: 50_000));

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("{}")]
    [InlineData("{\"a\":\"\\\"}\",\"b\":[\"]\",{\"\\\\\":[]}]}")]
    public void A_text_is_taken_as_a_whole(string text)
    {
        var cursor = new JsonCursor(Encoding.UTF8.GetBytes(text));
        cursor.Value();

        cursor.IsAtEnd.ShouldBeTrue();
    }

    [Theory]
    [InlineData("{\"a\":1,}")]
    [InlineData("{,\"a\":1}")]
    [InlineData("{\"a\" :1}")]
    [InlineData("{\"a\"1}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":tru}")]
    [InlineData("[1,]")]
    public void What_our_serializer_never_writes_is_refused(string text) => Should.Throw<JsonException>(() => ByCursor(Encoding.UTF8.GetBytes(text)));

    private static Gen<JsonNode?> Plain() => Gen.Frequency(
        (3, Texts.Select(JsonNode? (text) => JsonValue.Create(text))),
        (2, Numbers.Select(JsonNode? (number) => JsonNode.Parse(number))),
        (1, Gen.OneOf<bool?>(true, false, null).Select(JsonNode? (value) => value)));

    private static Gen<JsonObject> Members(Gen<JsonNode?> values) => Gen.Select(Texts, values).Array[0, 6].Select(members =>
        new JsonObject(members.DistinctBy(member => member.Item1).Select(member => KeyValuePair.Create(member.Item1, Copy(member.Item2)))));

    // A generator may give the same node again while it looks for a smaller example, and a node has one parent.
    private static JsonNode? Copy(JsonNode? node) => node?.DeepClone();

    private static byte[] Write(JsonObject members, JavaScriptEncoder encoder)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = encoder }))
        {
            members.WriteTo(writer);
        }

        return stream.ToArray();
    }

    // Of each object and array in the text: the places of its members or items.
    private static List<Place> ByReader(byte[] text)
    {
        var places = new List<Place>();
        var reader = new Utf8JsonReader(text);
        while (reader.Read())
        {
            var name = default(TextRange);
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = new TextRange((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                reader.Read();
            }

            if (reader.CurrentDepth > 0 || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
            {
                Add(places, reader, name);
            }
        }

        return places;
    }

    private static void Add(List<Place> places, Utf8JsonReader reader, TextRange name)
    {
        if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            return;
        }

        var (kind, start) = (reader.TokenType, (int)reader.TokenStartIndex);
        reader.Skip();
        places.Add(new Place(name, kind, new TextRange(start, (int)reader.BytesConsumed - start)));
    }

    private static List<Place> ByCursor(byte[] text)
    {
        var places = new List<Place>();
        var cursor = new JsonCursor(text);
        Walk(text, 0, (byte)'{', places, ref cursor);
        return cursor.IsAtEnd ? places : throw new JsonException("Something comes behind the end.");
    }

    private static void Walk(byte[] text, int offset, byte begin, List<Place> places, ref JsonCursor cursor)
    {
        cursor.Take(begin);
        for (var isFirst = true; cursor.HasNext((byte)(begin + 2), ref isFirst);)
        {
            var name = begin == '{' ? cursor.Name() : default;
            var value = cursor.Value(out var kind);
            var place = new Place(Moved(name, offset), kind, Moved(value, offset));
            places.Add(place);
            if (kind is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var inner = new JsonCursor(text.AsSpan(place.Value.Start, place.Value.Length));
                Walk(text, place.Value.Start, text[place.Value.Start], places, ref inner);
            }
        }
    }

    private static TextRange Moved(TextRange range, int offset) => range == default ? default : range with { Start = range.Start + offset };

    // Any other exception than the documented one fails the property.
    private static void StaysInside(byte[] text)
    {
        try
        {
            foreach (var place in ByCursor(text))
            {
                place.Value.Length.ShouldBeGreaterThan(0);
                (place.Value.Start + place.Value.Length).ShouldBeLessThanOrEqualTo(text.Length);
                (place.Name.Start + place.Name.Length).ShouldBeLessThanOrEqualTo(text.Length);
            }
        }
        catch (JsonException)
        {
            // It is refused.
        }
    }

    // An endless loop is a failure as well.
    private static Task BoundedAsync(Action property) => Task.Run(property).WaitAsync(TimeSpan.FromMinutes(1));

    private sealed record Place(TextRange Name, JsonTokenType Kind, TextRange Value);
}
