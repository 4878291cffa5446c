using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Freshet.Profiles.Mapping;

/// <summary>
/// Mappings as JSON, with the keys of the workspace files: how they lie in <c>mappings.definition</c>, and how a program gives one to be tried.
/// An expression is a text, or <c>{"text", "line", "column"}</c> if it came from a file.
/// </summary>
public static class MappingJson
{
    /// <summary>Keys of a mapping.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["tables", "let", "rules"];

    /// <summary>Keys of a rule.</summary>
    public static IReadOnlyList<string> RuleKeys { get; } = ["when", "type", "typeFrom", "at", "alias", "identities", "traits", "properties", "script"];

    /// <summary>The value of <c>mappings.definition</c>.</summary>
    public static string Write(MappingDefinition definition)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            WriteTables(writer, definition);
            WriteNamed(writer, "let", definition.Let, null);
            writer.WriteStartArray("rules");
            foreach (var rule in definition.Rules)
            {
                WriteRule(writer, rule);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void WriteTables(Utf8JsonWriter writer, MappingDefinition definition)
    {
        writer.WriteStartObject("tables");
        foreach (var (table, entries) in definition.Tables)
        {
            writer.WriteStartObject(table);
            foreach (var (key, value) in entries)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter writer, MappingRule rule)
    {
        writer.WriteStartObject();
        writer.WriteNumber("line", rule.Line);
        WriteExpression(writer, "when", rule.When);
        if (rule.Type is { } type)
        {
            writer.WriteString("type", type);
        }

        WriteExpression(writer, "typeFrom", rule.TypeFrom);
        WriteExpression(writer, "at", rule.At);
        if (rule.IsAlias)
        {
            writer.WriteBoolean("alias", true);
        }

        WriteNamed(writer, "identities", rule.Identities, null);
        WriteNamed(writer, "traits", rule.Traits, rule.TraitsFrom);
        WriteNamed(writer, "properties", rule.Properties, rule.PropertiesFrom);
        WriteExpression(writer, "script", rule.Script);
        writer.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter writer, string key, IReadOnlyList<NamedExpression> named, ExpressionText? whole)
    {
        if (whole is not null)
        {
            WriteExpression(writer, key, whole);
        }
        else if (named.Count > 0)
        {
            writer.WriteStartObject(key);
            foreach (var (name, expression) in named)
            {
                WriteExpression(writer, name, expression);
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteExpression(Utf8JsonWriter writer, string key, ExpressionText? expression)
    {
        if (expression is null)
        {
            return;
        }

        writer.WriteStartObject(key);
        writer.WriteString("text", expression.Text);
        writer.WriteNumber("line", expression.Line);
        writer.WriteNumber("column", expression.Column);
        writer.WriteEndObject();
    }
}
