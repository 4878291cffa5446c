using System.Buffers;
using System.Text.Json;

namespace Freshet.Profiles.Reading;

/// <summary>
/// Walks over JSON as our serializer writes it, without white space, and tells where things are. It looks at structure only: what is inside a text or
/// a number is judged by who reads that. So it is for text that only we can have written, such as what was under our seal.
/// </summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> text)
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> AfterNumber = SearchValues.Create(",}]"u8);

    private readonly ReadOnlySpan<byte> text = text;
    private int at;

    public readonly int Position => at;

    public readonly bool IsAtEnd => at == text.Length;

    private readonly byte Current => at < text.Length ? text[at] : throw Malformed();

    /// <exception cref="JsonException">Something else comes.</exception>
    public void Take(byte expected)
    {
        if (Current != expected)
        {
            throw Malformed();
        }

        at++;
    }

    /// <summary>Whether another member or item comes; steps over the comma before it, or over the end.</summary>
    /// <param name="end">What closes the object or array.</param>
    /// <param name="isFirst">Whether none was read yet.</param>
    public bool HasNext(byte end, ref bool isFirst)
    {
        if (Current == end)
        {
            at++;
            return false;
        }

        if (!isFirst)
        {
            Take((byte)',');
        }

        isFirst = false;
        return true;
    }

    /// <summary>The name of a member, without its quotes.</summary>
    public TextRange Name()
    {
        var quoted = Text();
        Take((byte)':');
        return new TextRange(quoted.Start + 1, quoted.Length - 2);
    }

    public TextRange Value() => Value(out _);

    /// <param name="kind">Its first token.</param>
    public TextRange Value(out JsonTokenType kind)
    {
        kind = Kind(Current);
        return kind switch
        {
            JsonTokenType.String => Text(),
            JsonTokenType.StartObject or JsonTokenType.StartArray => Nested(),
            JsonTokenType.Number => Step(Found(text[at..].IndexOfAny(AfterNumber))),
            JsonTokenType.False => Step(5),
            _ => Step(4),
        };
    }

    private static JsonTokenType Kind(byte first) => first switch
    {
        (byte)'"' => JsonTokenType.String,
        (byte)'{' => JsonTokenType.StartObject,
        (byte)'[' => JsonTokenType.StartArray,
        (byte)'t' => JsonTokenType.True,
        (byte)'f' => JsonTokenType.False,
        (byte)'n' => JsonTokenType.Null,
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => JsonTokenType.Number,
        _ => throw Malformed(),
    };

    private static int Found(int index) => index >= 0 ? index : throw Malformed();

    private static JsonException Malformed() => new("The text is not that of a profile.");

    private TextRange Step(int length)
    {
        var start = at;
        at += length;
        return at <= text.Length ? new TextRange(start, length) : throw Malformed();
    }

    private TextRange Text()
    {
        var start = at;
        Take((byte)'"');
        while (true)
        {
            at += Found(text[at..].IndexOfAny((byte)'"', (byte)'\\'));
            if (text[at] == '"')
            {
                at++;
                return new TextRange(start, at - start);
            }

            // The letter that is escaped; of \u the first, and its digits are no quotes.
            Step(2);
        }
    }

    private TextRange Nested()
    {
        var start = at;
        var depth = 0;
        do
        {
            at += Found(text[at..].IndexOfAny(Structure));
            switch (text[at])
            {
                case (byte)'"':
                    Text();
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            at++;
        }
        while (depth > 0);
        return new TextRange(start, at - start);
    }
}
