using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping.Scripts;

namespace Freshet.Profiles.Mapping;

/// <summary>An expression and what its value is called.</summary>
internal sealed record NamedNode(string Name, Node Value);

/// <summary>An expression and where it stands.</summary>
internal sealed record PlacedNode(Place Place, Node Value);

/// <summary>What an event says, by expressions.</summary>
internal sealed record ReadingNode
{
    public required NamedNode[] Identities { get; init; }

    public required NamedNode[] Traits { get; init; }

    public required Node? TraitsFrom { get; init; }

    /// <summary>Null: the whole body.</summary>
    public required NamedNode[]? Properties { get; init; }

    public required Node? PropertiesFrom { get; init; }
}

/// <summary>One rule, ready to read.</summary>
internal sealed record CompiledRule(Place Place, Node? When, string? Type, Node? TypeFrom, PlacedNode? At, bool IsAlias, ReadingNode Reading, MappingScript? Script)
{
    // What the body may have, and what an expression can build around it.
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 64 + (2 * ExpressionParser.MaxDepth) };

    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool Fits(Evaluation run) => When is null || When.Evaluate(run, run.Body).IsYes;

    /// <summary>Null: the expression gives no name of a type.</summary>
    public string? TypeIn(Evaluation run) =>
        Type ?? (TypeFrom!.Evaluate(run, run.Body) is { Kind: MappedKind.Text } name ? EventTypes.Normalize(name.TextIn(run)) : null);

    public EventReading Read(Evaluation run, JsonElement body)
    {
        if (TypeIn(run) is not { } type)
        {
            throw new MappingFailure("mapping.type", "'typeFrom' gives no name of an event type; send a text of up to 200 letters, or write default(..., 'some.type')", Place);
        }

        if (Script is not null)
        {
            return ScriptReading.Of(Script.Run(run, type), body, type, IsAlias, run, Place);
        }

        var at = TimeIn(run);
        var parts = PartsIn(run);
        return new EventReading
        {
            Type = type,
            OccurredAt = at,
            Body = body,
            IsAlias = IsAlias,
            Identities = Identities(parts[0]),
            TraitSources = [.. parts.EnumerateArray().Skip(1).Take(2).Where(part => part.ValueKind == JsonValueKind.Object)],
            Properties = Reading.Properties is null ? body : parts[3],
        };
    }

    private DateTimeOffset TimeIn(Evaluation run)
    {
        if (At is null || At.Value.Evaluate(run, run.Body) is not { IsNothing: false } value)
        {
            return run.Raw.ReceivedAt;
        }

        return value.Kind is MappedKind.Text or MappedKind.Number && Instants.TryRead(value.TextIn(run), out var instant)
            ? instant
            : throw new MappingFailure("mapping.date", "'at' gives no time since 1970; write date(...) around the path, with its format if it is unusual", At.Place);
    }

    /// <summary>Identities, traits by name, traits of an object, properties: written and read back, so that what was made and what was sent are alike.</summary>
    private JsonElement PartsIn(Evaluation run)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, Plain);
        writer.WriteStartArray();
        WriteMembers(writer, run, Reading.Identities, null);
        WriteMembers(writer, run, Reading.Traits, null);
        (Reading.TraitsFrom?.Evaluate(run, run.Body) ?? MappedValue.Missing).WriteTo(writer);
        WriteMembers(writer, run, Reading.Properties ?? [], Reading.PropertiesFrom);
        writer.WriteEndArray();
        writer.Flush();
        return Parse(run, output.WrittenMemory);
    }

    private JsonElement Parse(Evaluation run, ReadOnlyMemory<byte> written)
    {
        try
        {
            using var document = JsonDocument.Parse(written, Depth);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new MappingFailure("mapping.too_deep", "lists and objects are nested too deep; take what is needed out of them", Place);
        }
    }

    // Members by name win over those of the object, which come first: readers take the last of a name.
    private void WriteMembers(Utf8JsonWriter writer, Evaluation run, NamedNode[] members, Node? from)
    {
        writer.WriteStartObject();
        if (from?.Evaluate(run, run.Body) is { IsNothing: false } whole && !whole.TryWriteMembers(writer))
        {
            throw new MappingFailure("mapping.value", "'properties' gives a value that is no object; give the path of one, or name the properties one by one", Place);
        }

        foreach (var member in members)
        {
            if (member.Value.Evaluate(run, run.Body) is { Kind: not MappedKind.Missing } value)
            {
                writer.WritePropertyName(member.Name);
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The identities of an object by namespace. A list holds several; blank texts are none.</summary>
    public static List<(string Namespace, JsonElement Value)> Identities(JsonElement members)
    {
        var identities = new List<(string Namespace, JsonElement Value)>();
        foreach (var member in members.EnumerateObject())
        {
            foreach (var value in member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().ToArray() : [member.Value])
            {
                if (value.ValueKind != JsonValueKind.String || !string.IsNullOrWhiteSpace(value.GetString()))
                {
                    Members.Add(member.Name, value, identities);
                }
            }
        }

        return identities;
    }
}
