using System.Runtime.InteropServices;
using System.Text.Json;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Mapping;

internal enum MappedKind : byte
{
    /// <summary>There is nothing at all: no such member, no such header.</summary>
    Missing = 0,
    Null,
    False,
    True,
    Number,
    Text,
    List,
    Object,
}

/// <summary>A member of an object that a mapping made.</summary>
internal readonly record struct MappedMember(string Name, MappedValue Value);

/// <summary>A value that an expression is about: a part of the event as it was written, or something that a function made.</summary>
internal readonly struct MappedValue
{
    // Text and the text of a number: string. A list: MappedValue[]. An object: MappedMember[]. Null: it is in the element.
    private readonly object? made;
    private readonly JsonElement element;

    private MappedValue(MappedKind kind, object? made, JsonElement element)
    {
        Kind = kind;
        this.made = made;
        this.element = element;
    }

    public MappedKind Kind { get; }

    public static MappedValue Missing => default;

    public static MappedValue Null { get; } = new(MappedKind.Null, null, default);

    public static MappedValue True { get; } = new(MappedKind.True, null, default);

    public static MappedValue False { get; } = new(MappedKind.False, null, default);

    /// <summary>The text of a text that stands in the mapping itself.</summary>
    public string? LiteralText => made as string;

    /// <summary>Missing or null.</summary>
    public bool IsNothing => Kind is MappedKind.Missing or MappedKind.Null;

    /// <summary>Whether a condition holds: everything but nothing, false and the empty text.</summary>
    public bool IsYes => Kind switch
    {
        MappedKind.Missing or MappedKind.Null or MappedKind.False => false,
        MappedKind.Text => made is string text ? text.Length > 0 : !element.ValueEquals(""),
        _ => true,
    };

    public static MappedValue Of(bool value) => value ? True : False;

    public static MappedValue OfText(string text) => new(MappedKind.Text, text, default);

    /// <param name="text">The text of a JSON number.</param>
    public static MappedValue OfNumber(string text) => new(MappedKind.Number, text, default);

    public static MappedValue OfList(MappedValue[] items) => new(MappedKind.List, items, default);

    public static MappedValue OfMembers(MappedMember[] members) => new(MappedKind.Object, members, default);

    public static MappedValue Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => Missing,
        JsonValueKind.Null => Null,
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        JsonValueKind.Number => new(MappedKind.Number, null, element),
        JsonValueKind.String => new(MappedKind.Text, null, element),
        JsonValueKind.Array => new(MappedKind.List, null, element),
        _ => new(MappedKind.Object, null, element),
    };

    /// <summary>The text of a text or number, as it was written.</summary>
    public string TextIn(Evaluation run)
    {
        if (made is string text)
        {
            return text;
        }

        return run.Charge(Kind == MappedKind.Text ? element.GetString()! : Json.RawText(element));
    }

    /// <summary>The items: of a list its own, of nothing none, and anything else is one item, since converters of XML write a list of one like that.</summary>
    public IEnumerable<MappedValue> ItemsIn(Evaluation run)
    {
        if (IsNothing)
        {
            return [];
        }

        if (Kind != MappedKind.List)
        {
            return [this];
        }

        run.Charge(LengthOfList);
        return made is MappedValue[] items ? items : element.EnumerateArray().Select(Of);
    }

    /// <summary>One step further: a member of an object, an item of a list.</summary>
    public MappedValue StepIn(Evaluation run, string name, int? index)
    {
        switch (Kind)
        {
            case MappedKind.Object when made is MappedMember[] members:
                run.Charge(members.Length);
                return Array.FindLast(members, member => member.Name == name).Value;
            case MappedKind.Object:
                run.Charge(element.GetPropertyCount() / 8);
                return element.TryGetProperty(name, out var found) ? Of(found) : Missing;
            case MappedKind.List when index is { } place && place < LengthOfList:
                run.Charge(place / 8);
                return made is MappedValue[] items ? items[place] : Of(element[place]);
            default:
                return Missing;
        }
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        Evaluation.CheckOutput(writer);
        switch (made)
        {
            case string number when Kind == MappedKind.Number:
                writer.WriteRawValue(number);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case MappedValue[] items:
                WriteItems(writer, items);
                break;
            case MappedMember[] members:
                WriteMembers(writer, members);
                break;
            default:
                WriteElement(writer);
                break;
        }
    }

    /// <summary>Writes the members of an object without its braces; false if it is none.</summary>
    public bool TryWriteMembers(Utf8JsonWriter writer)
    {
        if (made is MappedMember[] members)
        {
            WriteBare(writer, members);
        }
        else if (Kind == MappedKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                Evaluation.CheckOutput(writer);
                writer.WritePropertyName(member.Name);
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
            }
        }

        return Kind == MappedKind.Object;
    }

    private int LengthOfList => made is MappedValue[] items ? items.Length : element.GetArrayLength();

    private static void WriteItems(Utf8JsonWriter writer, MappedValue[] items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            item.WriteTo(writer);
        }

        writer.WriteEndArray();
    }

    private static void WriteMembers(Utf8JsonWriter writer, MappedMember[] members)
    {
        writer.WriteStartObject();
        WriteBare(writer, members);
        writer.WriteEndObject();
    }

    private static void WriteBare(Utf8JsonWriter writer, MappedMember[] members)
    {
        foreach (var member in members)
        {
            if (member.Value.Kind != MappedKind.Missing)
            {
                writer.WritePropertyName(member.Name);
                member.Value.WriteTo(writer);
            }
        }
    }

    private void WriteElement(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case MappedKind.Missing or MappedKind.Null:
                writer.WriteNullValue();
                break;
            case MappedKind.True or MappedKind.False:
                writer.WriteBooleanValue(Kind == MappedKind.True);
                break;
            default:
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(element), skipInputValidation: true);
                break;
        }
    }
}
