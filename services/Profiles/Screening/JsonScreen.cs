using System.Text.Json;
using System.Text.Unicode;

namespace Freshet.Profiles.Screening;

/// <summary>
/// Looks through a body once, before it is accepted, for everything that would make it poison later: what is not JSON, what PostgreSQL's
/// jsonb refuses although it is JSON, and what two readers understand differently. Allocates nothing for a body that passes.
/// </summary>
public static class JsonScreen
{
    /// <summary>Deepest nesting that is accepted.</summary>
    public const int MaxDepth = 64;

    // One more than we accept, so that the limit is found by us, with its own code.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth + 1 };

    /// <summary>The first fault, or null if the body may be kept.</summary>
    public static ScreenFault? FindFault(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return ScreenFault.Empty;
        }

        if (json is [0xEF, 0xBB, 0xBF, ..])
        {
            return ScreenFault.ByteOrderMark;
        }

        // The reader takes the bytes inside of texts as they are; this look is vectorized and costs next to nothing.
        return Utf8.IsValid(json) ? Walk(json) : ScreenFault.NotUtf8(FirstInvalid(json));
    }

    private static ScreenFault? Walk(ReadOnlySpan<byte> json)
    {
        scoped var reader = new Utf8JsonReader(json, Options);
        scoped var names = new MemberNames(json, stackalloc MemberNames.Slot[MemberNames.InitialSlots]);
        Span<int> objects = stackalloc int[MaxDepth + 1];
        try
        {
            while (reader.Read())
            {
                if (Check(ref reader, ref names, objects) is { } fault)
                {
                    return fault;
                }
            }

            return null;
        }
        catch (JsonException)
        {
            return ScreenFault.Malformed(reader.BytesConsumed);
        }
        finally
        {
            names.Dispose();
        }
    }

    private static ScreenFault? Check(ref Utf8JsonReader reader, ref MemberNames names, Span<int> objects)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= MaxDepth:
                return ScreenFault.TooDeep(reader.TokenStartIndex);
            case JsonTokenType.StartObject:
                objects[reader.CurrentDepth + 1] = names.OpenObject();
                return null;
            case JsonTokenType.PropertyName:
                return CheckEscapes(ref reader) ?? CheckName(ref reader, ref names, objects[reader.CurrentDepth]);
            case JsonTokenType.String:
                return CheckEscapes(ref reader);
            case JsonTokenType.Number when !NumericRange.Holds(reader.ValueSpan):
                return ScreenFault.NumberOutOfRange(reader.TokenStartIndex);
            default:
                return null;
        }
    }

    private static ScreenFault? CheckName(ref Utf8JsonReader reader, ref MemberNames names, int owner) => names.Add(ref reader, owner) switch
    {
        MemberNames.Added.New => null,
        MemberNames.Added.Known => ScreenFault.DuplicateKey(reader.TokenStartIndex),
        _ => ScreenFault.TooManyKeys(reader.TokenStartIndex),
    };

    private static ScreenFault? CheckEscapes(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return null;
        }

        var place = reader.TokenStartIndex;
        return EscapedText.Find(reader.ValueSpan) switch
        {
            EscapedText.Fault.Nul => ScreenFault.Nul(place),
            EscapedText.Fault.LoneSurrogate => ScreenFault.LoneSurrogate(place),
            _ => null,
        };
    }

    private static long FirstInvalid(ReadOnlySpan<byte> json)
    {
        var at = 0;
        while (System.Text.Rune.DecodeFromUtf8(json[at..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }
}
