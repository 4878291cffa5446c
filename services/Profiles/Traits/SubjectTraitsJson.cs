using System.Text.Json;
using System.Text.Json.Serialization;

namespace Freshet.Profiles.Traits;

/// <summary>As a JSON object by trait name: states that were stored as JSON (form 1).</summary>
internal sealed class SubjectTraitsJson : JsonConverter<SubjectTraits>
{
    public override SubjectTraits Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var states = new Dictionary<string, TraitState>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            states[name] = JsonSerializer.Deserialize<TraitState>(ref reader, options)
                ?? throw new JsonException("A trait's state is null.");
        }

        return SubjectTraits.Of(states);
    }

    public override void Write(Utf8JsonWriter writer, SubjectTraits value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var name in value.Names)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value[name], options);
        }

        writer.WriteEndObject();
    }
}
