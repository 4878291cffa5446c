using System.Text;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Tests.Mapping;

/// <summary>Mappings and events for tests.</summary>
internal static class TestMapping
{
    public static readonly DateTimeOffset ReceivedAt = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>One rule with one property that holds the expression's value.</summary>
    public static MappingDefinition OfProperty(string expression) => new()
    {
        Name = "test",
        Tables = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["tier"] = new Dictionary<string, string> { ["gold"] = "premium", ["1"] = "one" } },
        Let = [new("customer_name", new("concat(first, ' ', last)")), new("loud", new("upper(customer_name)"))],
        Rules = [new() { Type = "thing.happened", Identities = [new("user_id", new("'u'"))], Properties = [new("value", new(expression))] }],
    };

    public static CompiledMapping Compile(MappingDefinition definition, int version = 0)
    {
        var mapping = MappingCompiler.Compile(definition, version, out var errors);
        errors.ShouldBeEmpty();
        return mapping!;
    }

    /// <summary>The errors of an expression.</summary>
    public static IReadOnlyList<string> Errors(string expression)
    {
        MappingCompiler.Compile(OfProperty(expression), 0, out var errors).ShouldBeNull();
        return [.. errors.Select(error => error.Message)];
    }

    public static RawEvent Raw(string body, params (string Name, string Value)[] headers) => new()
    {
        EventId = EventIds.From("shop", "m"),
        SourceId = "shop",
        MessageId = "m",
        ReceivedAt = ReceivedAt,
        Format = RawEventFormat.Mapped,
        Headers = headers.ToDictionary(header => header.Name, header => header.Value),
        Body = Encoding.UTF8.GetBytes(body),
    };

    public static ReadResult Read(CompiledMapping mapping, RawEvent raw, TraitDictionary? traits = null) => ReadEvent.Decide(
        raw,
        new Source { Id = "shop", Name = "Shop", Kind = SourceKind.Shopify, Mapping = new EventMapping(mapping, MappingSet.Empty) },
        traits ?? TraitDictionary.Empty,
        EventIds.From);

    /// <summary>The JSON of an expression's value; null if it is missing.</summary>
    public static string? Value(string expression, string body, params (string Name, string Value)[] headers)
    {
        var read = Read(Compile(OfProperty(expression)), Raw(body, headers)).ShouldBeOfType<ReadResult.Read>();
        return read.Event.Properties.TryGetProperty("value", out var value) ? value.GetRawText() : null;
    }

    /// <summary>Why an expression fails.</summary>
    public static EventRefusal Failure(string expression, string body) =>
        Read(Compile(OfProperty(expression)), Raw(body)).ShouldBeOfType<ReadResult.Refused>().Refusal;
}
