using System.Globalization;
using System.Text.Json;

namespace Freshet.Gateway.Plans;

/// <summary>Copies JSON values of the cache into an answer, in the form that the schema's scalars give them.</summary>
internal static class PlanText
{
    /// <summary>A JSON string with its quotes. The cache escapes more than answers do, so what holds an escape is written anew.</summary>
    public static void WriteString(Utf8JsonWriter writer, ReadOnlySpan<byte> json)
    {
        if (!json.Contains((byte)'\\'))
        {
            writer.WriteRawValue(json, skipInputValidation: true);
            return;
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        writer.WriteStringValue(reader.GetString());
    }

    /// <summary>A JSON string that holds an instant. False: it does not, and nothing was written.</summary>
    public static bool TryWriteInstant(Utf8JsonWriter writer, ReadOnlySpan<byte> json)
    {
        if (!TryRead(json, out var instant))
            return false;

        WriteInstant(writer, instant);
        return true;
    }

    public static bool TryRead(ReadOnlySpan<byte> json, out DateTimeOffset instant)
    {
        var reader = new Utf8JsonReader(json);
        instant = default;
        return reader.Read() && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out instant);
    }

    /// <summary>In UTC, to the microsecond, without trailing zeros: what the scalar <c>DateTime</c> gives.</summary>
    public static void WriteInstant(Utf8JsonWriter writer, DateTimeOffset instant)
    {
        // yyyy-MM-ddTHH:mm:ss.fffffffZ
        Span<byte> text = stackalloc byte[28];
        instant.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        var end = 26;
        while (text[end - 1] == '0')
            end--;
        if (text[end - 1] == '.')
            end--;
        text[end++] = (byte)'Z';
        writer.WriteStringValue(text[..end]);
    }

    /// <summary>What a resolver of the schema gives for a trait, as the engine writes it.</summary>
    public static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case DateOnly day:
                writer.WriteStringValue(day.ToString("O", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset instant:
                WriteInstant(writer, instant);
                break;
            case JsonElement { ValueKind: JsonValueKind.Undefined }:
                writer.WriteNullValue();
                break;
            case JsonElement json:
                json.WriteTo(writer);
                break;
            case IEnumerable<string> list:
                WriteList(writer, list);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No trait has values of type {value.GetType().Name}.");
        }
    }

    private static void WriteList(Utf8JsonWriter writer, IEnumerable<string> list)
    {
        writer.WriteStartArray();
        foreach (var item in list)
            writer.WriteStringValue(item);
        writer.WriteEndArray();
    }
}
