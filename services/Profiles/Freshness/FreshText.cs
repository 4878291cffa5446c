using System.Buffers;
using System.Text.Json;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Freshness;

/// <summary>
/// Writes what <see cref="FreshJson"/> reads. By hand, because the generated writer finds out by reflection whether a value is undefined: it did that
/// for every trait of every document.
/// </summary>
internal static class FreshText
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText ProfileId = JsonEncodedText.Encode("profileId");
    private static readonly JsonEncodedText ProfileIds = JsonEncodedText.Encode("profileIds");
    private static readonly JsonEncodedText BatchId = JsonEncodedText.Encode("batchId");
    private static readonly JsonEncodedText Version = JsonEncodedText.Encode("version");
    private static readonly JsonEncodedText CreatedAt = JsonEncodedText.Encode("createdAt");
    private static readonly JsonEncodedText UpdatedAt = JsonEncodedText.Encode("updatedAt");
    private static readonly JsonEncodedText Traits = JsonEncodedText.Encode("traits");
    private static readonly JsonEncodedText Identities = JsonEncodedText.Encode("identities");
    private static readonly JsonEncodedText Changes = JsonEncodedText.Encode("changes");
    private static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText Value = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText Before = JsonEncodedText.Encode("before");
    private static readonly JsonEncodedText After = JsonEncodedText.Encode("after");
    private static readonly JsonEncodedText ObservedAt = JsonEncodedText.Encode("observedAt");
    private static readonly JsonEncodedText ReceivedAt = JsonEncodedText.Encode("receivedAt");
    private static readonly JsonEncodedText Source = JsonEncodedText.Encode("source");
    private static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
    private static readonly JsonEncodedText Origin = JsonEncodedText.Encode("origin");
    private static readonly JsonEncodedText Days = JsonEncodedText.Encode("days");
    private static readonly JsonEncodedText Day = JsonEncodedText.Encode("day");
    private static readonly JsonEncodedText Namespace = JsonEncodedText.Encode("namespace");
    private static readonly JsonEncodedText FirstSeenAt = JsonEncodedText.Encode("firstSeenAt");
    private static readonly JsonEncodedText LastSeenAt = JsonEncodedText.Encode("lastSeenAt");
    private static readonly JsonEncodedText Overrides = JsonEncodedText.Encode("overrides");
    private static readonly JsonEncodedText Until = JsonEncodedText.Encode("until");
    private static readonly JsonEncodedText Below = JsonEncodedText.Encode("below");
    private static readonly JsonEncodedText Trait = JsonEncodedText.Encode("trait");
    private static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
    private static readonly JsonEncodedText By = JsonEncodedText.Encode("by");
    private static readonly JsonEncodedText SetAt = JsonEncodedText.Encode("setAt");
    private static readonly JsonEncodedText ExpiresAt = JsonEncodedText.Encode("expiresAt");

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? own;

    public static byte[] Of(ProfileDocument document) => Written(document, Write);

    public static byte[] Of(ProfileChange change) => Written(change, Write);

    public static byte[] Of(Outgoing outgoing) => Written(outgoing, Write);

    private static byte[] Written<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var (buffer, writer) = own ??= NewWriter();
        writer.Reset();
        write(writer, value);
        writer.Flush();
        var text = buffer.WrittenSpan.ToArray();

        // With zeros: it was about a person.
        buffer.Clear();
        return text;
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) NewWriter()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }));
    }

    private static void Write(Utf8JsonWriter writer, ProfileDocument document)
    {
        writer.WriteStartObject();
        writer.WriteString(Id, document.Id);
        writer.WriteNumber(Version, document.Version);
        writer.WriteString(CreatedAt, document.CreatedAt);
        writer.WriteString(UpdatedAt, document.UpdatedAt);
        writer.WriteStartObject(Traits);
        foreach (var (name, view) in document.Traits)
        {
            writer.WritePropertyName(name);
            Write(writer, view);
        }

        writer.WriteEndObject();
        writer.WriteStartArray(Identities);
        foreach (var identity in document.Identities)
        {
            Write(writer, identity);
        }

        writer.WriteEndArray();
        if (document.Overrides is { Count: > 0 } overrides)
        {
            writer.WriteStartArray(Overrides);
            foreach (var one in overrides)
            {
                Write(writer, one);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, TraitView view)
    {
        writer.WriteStartObject();
        WriteIfDefined(writer, Value, view.Value);
        writer.WriteString(ObservedAt, view.ObservedAt);
        writer.WriteString(ReceivedAt, view.ReceivedAt);
        writer.WriteString(Source, view.Source);
        writer.WriteString(Event, view.Event);
        writer.WriteNumber(Origin, (int)view.Origin);
        if (view.Days is { } days)
        {
            writer.WriteStartArray(Days);
            foreach (var day in days)
            {
                writer.WriteStartObject();
                writer.WriteNumber(Day, day.Day);
                WriteIfDefined(writer, Value, day.Value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (view.Until is { } until)
        {
            writer.WriteString(Until, until);
        }

        if (view.Below is { } below)
        {
            writer.WritePropertyName(Below);
            Write(writer, below);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, OverrideView one)
    {
        writer.WriteStartObject();
        writer.WriteString(Id, one.Id);
        writer.WriteString(Trait, one.Trait);
        WriteIfDefined(writer, Value, one.Value);
        writer.WriteString(Reason, one.Reason);
        writer.WriteString(By, one.By);
        writer.WriteString(SetAt, one.SetAt);
        writer.WriteString(ExpiresAt, one.ExpiresAt);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, IdentityView identity)
    {
        writer.WriteStartObject();
        writer.WriteString(Namespace, identity.Namespace);
        writer.WriteString(Value, identity.Value);
        writer.WriteString(FirstSeenAt, identity.FirstSeenAt);
        writer.WriteString(LastSeenAt, identity.LastSeenAt);
        writer.WriteString(Source, identity.Source);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ProfileChange change)
    {
        writer.WriteStartObject();
        writer.WriteString(ProfileId, change.ProfileId);
        writer.WriteNumber(Version, change.Version);
        writer.WriteString(BatchId, change.BatchId);
        writer.WriteStartArray(Traits);
        foreach (var trait in change.Traits)
        {
            writer.WriteStartObject();
            writer.WriteString(Name, trait.Name);
            WriteIfDefined(writer, Before, trait.Before);
            WriteIfDefined(writer, After, trait.After);
            writer.WriteString(Source, trait.Source);
            writer.WriteString(Event, trait.Event);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Outgoing outgoing)
    {
        writer.WriteStartObject();
        writer.WriteStartArray(ProfileIds);
        foreach (var id in outgoing.ProfileIds)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
        writer.WriteStartArray(Changes);
        foreach (var change in outgoing.Changes)
        {
            Write(writer, change);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteIfDefined(Utf8JsonWriter writer, JsonEncodedText name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Undefined)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }
}
