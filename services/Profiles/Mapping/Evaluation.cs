using System.Text;
using System.Text.Json;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Mapping;

/// <summary>One event being read by one mapping. Counts the work, so that no expression and no body can make it long.</summary>
internal sealed class Evaluation(RawEvent raw, JsonElement body, Node[] lets)
{
    /// <summary>Steps, and letters by <see cref="LettersPerStep"/>. Far more than any vendor's event needs.</summary>
    public const int MaxWork = 500_000;

    public const string TooMuch = "mapping.too_much";

    /// <summary>What a mapping makes of one event, before its last value.</summary>
    private const int MaxOutputBytes = 2 * 1024 * 1024;

    private const int LettersPerStep = 8;

    private readonly MappedValue?[] known = new MappedValue?[lets.Length];
    private int work;

    public RawEvent Raw { get; } = raw;

    /// <summary>The body as it was received.</summary>
    public string BodyText => Encoding.UTF8.GetString(Raw.Body.Span);

    public MappedValue Body { get; } = MappedValue.Of(body);

    /// <summary>The value of a name of <c>let</c>: evaluated once. It only refers to those before it, so this ends.</summary>
    public MappedValue Let(int index) => known[index] ??= lets[index].Evaluate(this, Body);

    /// <summary>Counts so many steps.</summary>
    /// <exception cref="MappingFailure">It was too much.</exception>
    public void Charge(int steps)
    {
        work += steps + 1;
        if (work > MaxWork)
        {
            throw new MappingFailure(TooMuch, "reading this event takes too many steps; avoid 'map' and 'filter' inside each other over long lists", default);
        }
    }

    /// <summary>Counts a text that was made.</summary>
    public string Charge(string text)
    {
        Charge(text.Length / LettersPerStep);
        return text;
    }

    /// <summary>Looks before each value is written, since a short mapping can write a long body many times.</summary>
    /// <exception cref="MappingFailure">It is too much.</exception>
    public static void CheckOutput(Utf8JsonWriter writer)
    {
        if (writer.BytesCommitted + writer.BytesPending > MaxOutputBytes)
        {
            throw new MappingFailure(TooMuch, "the mapping makes more than 2 MiB of this event; leave out what nobody reads", default);
        }
    }
}
