using System.Text.Json;
using Freshet.Profiles.Dictionary;

namespace Freshet.Profiles.Mapping;

/// <summary>Reads what <see cref="MappingJson"/> describes, and says everything that is wrong with it.</summary>
public sealed class MappingJsonReader
{
    private static readonly string[] RuleKeys = [.. MappingJson.RuleKeys, "line"];
    private static readonly string[] ExpressionKeys = ["text", "line", "column"];

    private readonly List<MappingError> errors = [];

    private MappingJsonReader()
    {
    }

    /// <summary>Null if there are errors. Whether its expressions are right, <see cref="MappingCompiler"/> says.</summary>
    public static MappingDefinition? Read(string name, string json, out IReadOnlyList<MappingError> errors)
    {
        var reader = new MappingJsonReader();
        errors = reader.errors;
        try
        {
            var definition = reader.Definition(name, JsonElement.Parse(json));
            return reader.errors.Count == 0 ? definition : null;
        }
        catch (JsonException)
        {
            // There is no Try form.
            reader.Error("", "the mapping is no JSON; send an object like {\"rules\": [...]}");
            return null;
        }
    }

    private MappingDefinition Definition(string name, JsonElement root) => new()
    {
        Name = name,
        Tables = Members(root, "", MappingJson.Keys, "tables").ToDictionary(
            table => table.Name, table => (IReadOnlyDictionary<string, string>)Texts($"tables.{table.Name}", table.Value)),
        Let = Named(Find(root, "let"), "let"),
        Rules = [.. Items(Find(root, "rules"), "rules").Select((rule, index) => Rule(rule, $"rules[{index}]"))],
    };

    private MappingRule Rule(JsonElement rule, string path)
    {
        CheckKeys(rule, path, RuleKeys);
        return new MappingRule
        {
            Line = Number(rule, "line"),
            When = Expression(Find(rule, "when"), $"{path}.when"),
            Type = Text(Find(rule, "type"), $"{path}.type"),
            TypeFrom = Expression(Find(rule, "typeFrom"), $"{path}.typeFrom"),
            At = Expression(Find(rule, "at"), $"{path}.at"),
            IsAlias = Find(rule, "alias").ValueKind == JsonValueKind.True,
            Identities = Named(Find(rule, "identities"), $"{path}.identities"),
            Traits = NamedUnlessWhole(Find(rule, "traits"), $"{path}.traits"),
            TraitsFrom = Whole(Find(rule, "traits"), $"{path}.traits"),
            Properties = NamedUnlessWhole(Find(rule, "properties"), $"{path}.properties"),
            PropertiesFrom = Whole(Find(rule, "properties"), $"{path}.properties"),
            Script = Expression(Find(rule, "script"), $"{path}.script"),
        };
    }

    private static bool IsWhole(JsonElement value) =>
        value.ValueKind == JsonValueKind.String || (Find(value, "text").ValueKind == JsonValueKind.String && Find(value, "line").ValueKind == JsonValueKind.Number);

    private List<NamedExpression> NamedUnlessWhole(JsonElement value, string path) => IsWhole(value) ? [] : Named(value, path);

    private ExpressionText? Whole(JsonElement value, string path) => IsWhole(value) ? Expression(value, path) : null;

    private List<NamedExpression> Named(JsonElement value, string path)
    {
        var named = new List<NamedExpression>();
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            return named;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Error(path, "must be an object of names and expressions");
            return named;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (Expression(member.Value, $"{path}.{member.Name}") is { } expression)
            {
                named.Add(new NamedExpression(member.Name, expression));
            }
        }

        return named;
    }

    private ExpressionText? Expression(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.String:
                return new ExpressionText(value.GetString()!);
            case JsonValueKind.Object when Text(Find(value, "text"), path) is { } text:
                CheckKeys(value, path, ExpressionKeys);
                return new ExpressionText(text, Number(value, "line"), Number(value, "column"));
            default:
                Error(path, "must be an expression, written as text");
                return null;
        }
    }

    private JsonElement.ObjectEnumerator Members(JsonElement root, string path, IReadOnlyList<string> keys, string key)
    {
        CheckKeys(root, path, keys);
        var value = Find(root, key);
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            Error(key, "must be an object");
        }

        return value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;
    }

    private Dictionary<string, string> Texts(string path, JsonElement value)
    {
        var texts = new Dictionary<string, string>();
        foreach (var member in value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default)
        {
            if (Text(member.Value, $"{path}.{member.Name}") is { } text)
            {
                texts[member.Name] = text;
            }
        }

        return texts;
    }

    private JsonElement.ArrayEnumerator Items(JsonElement value, string path)
    {
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Array))
        {
            Error(path, "must be a list");
        }

        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;
    }

    private string? Text(JsonElement value, string path)
    {
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.String))
        {
            Error(path, "must be text");
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private void CheckKeys(JsonElement value, string path, IReadOnlyList<string> keys)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Error(path, "must be an object");
            return;
        }

        foreach (var member in value.EnumerateObject().Where(member => !keys.Contains(member.Name)))
        {
            Error(path, $"has an unknown key '{member.Name}'; {Suggestion.For(member.Name, [.. keys])}");
        }
    }

    private static int Number(JsonElement value, string key) => Find(value, key) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var read) ? read : 0;

    private static JsonElement Find(JsonElement value, string key) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(key, out var found) && found.ValueKind != JsonValueKind.Null ? found : default;

    private void Error(string path, string message) => errors.Add(new MappingError(0, 0, path.Length == 0 ? message : $"'{path}' {message}"));
}
