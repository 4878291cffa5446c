using System.Text;
using System.Text.Json;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Mapping;

/// <summary>Functions on the event as it was received.</summary>
internal static class EventFunctions
{
    /// <summary>A request header that is kept with the event.</summary>
    public static MappedValue Header(CallNode call, Evaluation run, MappedValue item) =>
        run.Raw.Headers.TryGetValue(call.Text(0, run, item)!, out var value) ? MappedValue.OfText(run.Charge(value)) : MappedValue.Missing;

    public static (string Error, int Argument)? CheckHeader(IReadOnlyList<Syntax> arguments) =>
        MappingFunctions.WrittenOut(arguments[0]) is { Length: > 0 } name && !name.Any(char.IsUpper)
            ? null : ("a header's name is written out in quotes and in lower case", 0);

    /// <summary>JSON inside a text, as some senders pack it.</summary>
    public static MappedValue Json(CallNode call, Evaluation run, MappedValue item)
    {
        if (call.Text(0, run, item) is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return MappedValue.Missing;
        }

        try
        {
            run.Charge(text);
            var utf8 = Encoding.UTF8.GetBytes(text);
            var parsed = JsonElement.Parse(utf8);
            return !LoneSurrogates.AreIn(utf8) ? MappedValue.Of(parsed)
                : throw call.Failure("mapping.json", "got a text whose JSON holds half of a surrogate pair, which is no character");
        }
        catch (JsonException)
        {
            // There is no Try form.
            throw call.Failure("mapping.json", "got a text that is no JSON");
        }
    }

    public static MappedValue ReceivedAt(CallNode call, Evaluation run, MappedValue item) => MappedValue.OfText(Instants.Write(run.Raw.ReceivedAt));

    public static MappedValue MessageId(CallNode call, Evaluation run, MappedValue item) => MappedValue.OfText(run.Raw.MessageId);
}
