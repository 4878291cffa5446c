using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>Form 1 of a stored state: JSON. It is only read; what is written has the form of <see cref="ProfileStateCodec"/>.</summary>
internal static class ProfileStateJson
{
    internal const int Form = 1;

    /// <exception cref="InvalidDataException">It is empty, or says that it has another form.</exception>
    internal static ProfileState Read(ReadOnlySpan<byte> utf8)
    {
        var envelope = JsonSerializer.Deserialize(utf8, ProfileStateJsonContext.Default.Envelope)
            ?? throw new InvalidDataException("A stored profile state is empty. Restore the profile from a backup or replay its events.");
        return envelope.Form == Form ? envelope.State : throw ProfileStateCodec.Unknown(envelope.Form);
    }

    internal sealed record Envelope(
        [property: JsonPropertyName("v")] int Form,
        [property: JsonPropertyName("p")] ProfileState State);
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(CompactGuidConverter), typeof(TicksConverter)])]
[JsonSerializable(typeof(ProfileStateJson.Envelope))]
[JsonSerializable(typeof(TraitState))]
internal sealed partial class ProfileStateJsonContext : JsonSerializerContext;

/// <summary>22 letters instead of 36.</summary>
internal sealed class CompactGuidConverter : JsonConverter<Guid>
{
    public override Guid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<byte> bytes = stackalloc byte[18];
        return Base64Url.TryDecodeFromUtf8(reader.ValueSpan, bytes, out var written) && written == 16
            ? new Guid(bytes[..16], bigEndian: true)
            : throw new JsonException("Expected an id of 22 letters.");
    }

    public override void Write(Utf8JsonWriter writer, Guid value, JsonSerializerOptions options)
    {
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> letters = stackalloc byte[22];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        Base64Url.EncodeToUtf8(bytes, letters, out _, out _);
        writer.WriteStringValue(letters);
    }
}

/// <summary>UTC ticks: exact, short and quick to read.</summary>
internal sealed class TicksConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetInt64(), TimeSpan.Zero);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.UtcTicks);
}
