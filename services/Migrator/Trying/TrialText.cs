using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;

namespace Freshet.Migrator.Trying;

/// <summary>A trial as JSON for people.</summary>
internal static class TrialText
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(MappingTrial trial, bool hasBefore)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("message", trial.Raw.MessageId);
            writer.WriteString("receivedAt", Instants.Write(trial.Raw.ReceivedAt));
            if (hasBefore)
            {
                writer.WriteBoolean("changed", trial.IsChanged);
                Write(writer, "before", trial.Before);
            }

            Write(writer, "after", trial.After);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, string name, TriedReading reading)
    {
        writer.WriteStartObject(name);
        if (reading.Refusal is { } refusal)
        {
            writer.WriteString("parked", $"{refusal.Stage} {refusal.Code}");
            writer.WriteString("reason", refusal.Reason);
        }
        else
        {
            WriteUnderstood(writer, reading);
        }

        writer.WriteEndObject();
    }

    private static void WriteUnderstood(Utf8JsonWriter writer, TriedReading reading)
    {
        writer.WriteString("type", reading.Type);
        writer.WriteString("at", Instants.Write(reading.OccurredAt!.Value));
        writer.WriteStartArray("identities");
        foreach (var identity in reading.Identities)
        {
            writer.WriteStringValue($"{identity.Namespace}={identity.Value}");
        }

        writer.WriteEndArray();
        writer.WriteStartObject("traits");
        foreach (var (name, value) in reading.Traits)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
        if (reading.RejectedTraits.Count > 0)
        {
            writer.WriteString("rejected", string.Join(", ", reading.RejectedTraits));
        }

        if (reading.Properties.ValueKind != JsonValueKind.Undefined)
        {
            writer.WritePropertyName("properties");
            reading.Properties.WriteTo(writer);
        }
    }
}
