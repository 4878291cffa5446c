using System.Text;
using System.Text.Json;
using Freshet.Gateway.Profiles;
using GraphQLParser.AST;

namespace Freshet.Gateway.Plans;

/// <summary>What kind of value a variable of a plan holds.</summary>
internal enum PlanVariableKind
{
    /// <summary><c>String!</c> or <c>ID!</c>.</summary>
    Text,

    /// <summary><c>Boolean!</c>.</summary>
    Flag,

    /// <summary><c>ProfileKey!</c>.</summary>
    Key,
}

/// <summary>A declared variable.</summary>
internal sealed record PlanVariable(string Name, byte[] Utf8Name, PlanVariableKind Kind, bool? DefaultFlag);

/// <summary>The variables of one request, in the order declared. A place holds what its kind says; the others are unused.</summary>
internal sealed class PlanValues(int count)
{
    public string?[] Texts { get; } = new string?[count];

    public bool[] Flags { get; } = new bool[count];

    public ProfileKeyInput?[] Keys { get; } = new ProfileKeyInput?[count];
}

/// <summary>The variables that an operation declares, and their coercion. Takes only plain JSON of the declared kind; the engine judges the rest.</summary>
internal sealed class PlanVariables(IReadOnlyList<PlanVariable> declared)
{
    private const int MaxVariables = 32;

    /// <summary>Null: a variable is of a kind that plans do not have.</summary>
    public static PlanVariables? Of(GraphQLOperationDefinition operation)
    {
        var declared = new List<PlanVariable>();
        foreach (var definition in operation.Variables?.Items ?? [])
        {
            if (definition.Directives is { Count: > 0 } || Of(definition) is not { } variable)
                return null;
            declared.Add(variable);
        }

        return declared.Count <= MaxVariables ? new PlanVariables(declared) : null;
    }

    /// <summary>The place of a variable; -1 when it is not of that kind.</summary>
    public int PlaceOf(GraphQLVariable variable, PlanVariableKind kind)
    {
        for (var place = 0; place < declared.Count; place++)
        {
            if (declared[place].Kind == kind && declared[place].Name == variable.Name.StringValue)
                return place;
        }

        return -1;
    }

    /// <summary>Null: the values are for the engine to judge.</summary>
    public PlanValues? Read(ReadOnlySpan<byte> json)
    {
        var values = new PlanValues(declared.Count);
        var given = 0u;
        if (!json.IsEmpty && !TryRead(json, values, ref given))
            return null;

        for (var place = 0; place < declared.Count; place++)
        {
            if ((given & (1u << place)) != 0)
                continue;
            if (declared[place].DefaultFlag is not { } flag)
                return null;
            values.Flags[place] = flag;
        }

        return values;
    }

    private static PlanVariable? Of(GraphQLVariableDefinition definition)
    {
        if (definition.Type is not GraphQLNonNullType { Type: GraphQLNamedType type })
            return null;

        PlanVariableKind? kind = type.Name.StringValue switch
        {
            "String" or "ID" => PlanVariableKind.Text,
            "Boolean" => PlanVariableKind.Flag,
            "ProfileKey" => PlanVariableKind.Key,
            _ => null,
        };
        var flag = (definition.DefaultValue as GraphQLBooleanValue)?.BoolValue;
        if (kind is null || (definition.DefaultValue is not null && (flag is null || kind != PlanVariableKind.Flag)))
            return null;

        var name = definition.Variable.Name.StringValue;
        return new PlanVariable(name, Encoding.UTF8.GetBytes(name), kind.Value, flag);
    }

    private bool TryRead(ReadOnlySpan<byte> json, PlanValues values, ref uint given)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var place = Find(ref reader);
            if (place < 0 || (given & (1u << place)) != 0 || !TryRead(ref reader, place, values))
                return false;
            given |= 1u << place;
        }

        return true;
    }

    private int Find(ref Utf8JsonReader reader)
    {
        for (var place = 0; place < declared.Count; place++)
        {
            if (reader.ValueTextEquals(declared[place].Utf8Name))
                return place;
        }

        return -1;
    }

    private bool TryRead(ref Utf8JsonReader reader, int place, PlanValues values)
    {
        reader.Read();
        switch (declared[place].Kind)
        {
            case PlanVariableKind.Text:
                return (values.Texts[place] = TextOf(ref reader)) is not null;
            case PlanVariableKind.Flag:
                values.Flags[place] = reader.TokenType == JsonTokenType.True;
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
            default:
                return (values.Keys[place] = KeyOf(ref reader)) is not null;
        }
    }

    private static ProfileKeyInput? KeyOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            return null;

        var member = reader.GetString()!;
        reader.Read();
        var text = TextOf(ref reader);
        return text is not null && reader.Read() && reader.TokenType == JsonTokenType.EndObject ? PlanKeys.Of(member, text) : null;
    }

    // Text that is not valid Unicode throws; the engine's reader finds words for it.
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
