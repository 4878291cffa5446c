using System.Collections.Frozen;

namespace Freshet.Profiles.Mapping;

/// <summary>Every function of the language by name. What they do with values is in the other files of their kind.</summary>
internal static class MappingFunctions
{
    /// <summary>Names a table and not a value: <c>lookup(tier, plan)</c>.</summary>
    public const string Lookup = "lookup";

    private const int Many = 64;

    public static FrozenDictionary<string, MappingFunction> ByName { get; } = new MappingFunction[]
    {
        new("default", 2, Many, "default(value, other, ...)", ChoiceFunctions.Default),
        new("if", 2, 3, "if(condition, value, other)", ChoiceFunctions.If),
        new("try", 2, 2, "try(value, other)", ChoiceFunctions.Try),

        new("text", 1, 1, "text(value)", TextFunctions.Text),
        new("trim", 1, 1, "trim(text)", TextFunctions.Trim),
        new("lower", 1, 1, "lower(text)", TextFunctions.Lower),
        new("upper", 1, 1, "upper(text)", TextFunctions.Upper),
        new("concat", 1, Many, "concat(text, text, ...)", TextFunctions.Concat),
        new("join", 2, 2, "join(list, between)", TextFunctions.Join),
        new("split", 2, 2, "split(text, separator)", TextFunctions.Split),
        new("before", 2, 2, "before(text, separator)", TextFunctions.Before),
        new("after", 2, 2, "after(text, separator)", TextFunctions.After),
        new("replace", 3, 3, "replace(text, part, other)", TextFunctions.Replace),
        new("contains", 2, 2, "contains(text, part)", TextFunctions.Contains),
        new("starts_with", 2, 2, "starts_with(text, part)", TextFunctions.StartsWith),
        new("ends_with", 2, 2, "ends_with(text, part)", TextFunctions.EndsWith),
        new("hash", 1, 1, "hash(text)", TextFunctions.Hash),

        new("number", 1, 2, "number(value, ',')", NumberFunctions.Number) { Check = NumberFunctions.CheckMark },
        new("money", 2, 3, "money(amount in the smallest unit, currency, digits)", NumberFunctions.Money),
        new("multiply", 2, 2, "multiply(number, number)", NumberFunctions.Multiply),
        new("sum", 1, 2, "sum(list, expression)", NumberFunctions.Sum),

        new("date", 1, 2, "date(value, 'dd.MM.yyyy HH:mm')", TimeFunctions.Date) { Check = TimeFunctions.CheckFormat },
        new("day", 1, 2, "day(value, 'dd.MM.yyyy')", TimeFunctions.Day) { Check = TimeFunctions.CheckFormat },

        new("map", 2, 2, "map(list, expression)", ListFunctions.Map),
        new("filter", 2, 2, "filter(list, condition)", ListFunctions.Filter),
        new("first", 1, 2, "first(list, condition)", ListFunctions.First),
        new("last", 1, 2, "last(list, condition)", ListFunctions.Last),
        new("count", 1, 2, "count(list, condition)", ListFunctions.Count),
        new("any", 2, 2, "any(list, condition)", ListFunctions.Any),
        new("all", 2, 2, "all(list, condition)", ListFunctions.All),
        new("unique", 1, 1, "unique(list)", ListFunctions.Unique),
        new("pairs", 3, 3, "pairs(list, key, value)", ListFunctions.Pairs),
        new("object", 2, Many, "object('name', value, 'name', value, ...)", ListFunctions.Object) { Check = ListFunctions.CheckObject },

        new("header", 1, 1, "header('x-topic')", EventFunctions.Header) { Check = EventFunctions.CheckHeader },
        new("json", 1, 1, "json(text)", EventFunctions.Json),
        new("received_at", 0, 0, "received_at()", EventFunctions.ReceivedAt),
        new("message_id", 0, 0, "message_id()", EventFunctions.MessageId),
    }.ToFrozenDictionary(function => function.Name);

    /// <summary>The text of an argument that is written out; null for anything else.</summary>
    public static string? WrittenOut(Syntax argument) =>
        argument is Syntax.Literal { Value: { Kind: MappedKind.Text } value } ? value.LiteralText : null;
}
