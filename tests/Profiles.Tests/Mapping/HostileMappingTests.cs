using System.Text;
using CsCheck;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Testing;

namespace Freshet.Profiles.Tests.Mapping;

/// <summary>Whatever is written into a mapping and whatever is sent to it: an error or a refusal, in bounded time, and nothing else.</summary>
public sealed class HostileMappingTests
{
    private static readonly string[] Words =
    [
        "a", "b", "$", "this", "line_items", "nothing", "tier", "customer_name", "and", "or", "not", "in", "==", "!=", "<", ">=", "=", "(", ")", "[", "]", ",", ".", ".0", ".a",
        "'text'", "\"t", "'", "12", "-1.5", "1e9", "true", "null", "default", "if", "try", "text", "concat", "join", "split", "replace", "number", "money", "sum", "multiply",
        "date", "day", "map", "filter", "first", "last", "count", "any", "unique", "pairs", "object", "lookup", "json", "header", "hash", " ", "\n", "ü", "\ud800", "\0", "{", "|",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(Words).Array[0, 30].Select(words => string.Join(' ', words));

    private static readonly string[] Values = ["a", "b", "line_items", "nothing", "$", "this", "'x'", "12", "-0.5", "true", "null", "customer_name", "a.b.0", "line_items.0.a", "'2026-11-23'", "['a', 1]"];

    // Well-formed calls of every function over anything.
    private static readonly Gen<string> Expressions = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Gen.OneOf(Values)
        : Gen.OneOf(
            Gen.OneOf(Values),
            Gen.Select(Gen.OneOf([.. MappingFunctions.ByName.Values]), inner.Array[6], (function, arguments) =>
                $"{function.Name}({string.Join(", ", arguments.Take(Math.Max(function.Least, Math.Min(function.Most, 2))))})"),
            Gen.Select(inner, Gen.OneOf("==", "<", "in", "and", "or"), inner, (left, sign, right) => $"({left} {sign} {right})"),
            inner.Select(operand => $"(not {operand})")));

    private static readonly string[] Bodies =
    [
        "{}",
        """{"a": {"b": [1, "x", null]}, "b": "1.50", "line_items": [{"a": "1"}, {"a": 2}, 3, null, []], "nothing": null}""",
        """{"a": "\ud800", "b": 1e400, "line_items": "text", "first": "Ann"}""",
        """{"a": [[[[[[[[]]]]]]]], "b": 99999999999999999999999999999999999999, "line_items": {"0": 1}, "last": {}}""",
        """{"a": "/Date(99999999999999)/", "b": "0001-01-01T00:00:00Z", "line_items": [true, false, "2026-02-30"]}""",
    ];

    [Fact]
    public void A_text_that_is_no_expression_is_an_error_and_never_an_exception() => Texts.Sample(
        text =>
        {
            MappingCompiler.Compile(TestMapping.OfProperty(text), 0, out var errors);
            errors.ShouldAllBe(error => error.Message.Length > 10);
        },
        iter: 3000);

    [Fact]
    public void An_expression_over_anything_gives_a_value_or_a_refusal() => Gen.Select(Expressions, Gen.OneOf(Bodies)).Sample(
        (expression, body) =>
        {
            if (MappingCompiler.Compile(TestMapping.OfProperty(expression), 0, out _) is not { } mapping)
            {
                return;
            }

            var raw = TestMapping.Raw(body);
            mapping.TypeOf(raw).ShouldNotBeNull();
            if (TestMapping.Read(mapping, raw) is ReadResult.Refused { Refusal: var refusal })
            {
                refusal.Stage.ShouldBe("map");
                refusal.Code.ShouldStartWith("mapping.");
            }
        },
        iter: 5000);

    public static TheoryData<string> Bombs => new()
    {
        "map(list, map($.list, map($.list, 1)))",
        "map(list, $)",
        "map(list, concat($.long, $.long))",
        "count(list, count($.list, count($.list) > 1) > 1)",
        "replace(long, 'a', long)",
        "join(list, long)",
        "filter(list, $.long == $.long)",
        "any(list, hash($.long) == 'x')",
        "unique(map(list, concat($.long, this)))",
        "sum(list, count(split($.long, 'a')))",
        "map(list, $.members.m9999)",
        "map(list, json($.packed))",
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void What_would_take_long_or_much_is_stopped(string expression)
    {
        var body = new StringBuilder("{\"long\": \"").Append('a', 200_000).Append("\", \"packed\": \"[").Append("1,".PadRight(100_000, ' ')).Append("1]\", \"members\": {");
        body.AppendJoin(',', Enumerable.Range(0, 10_000).Select(n => $"\"m{n}\": {n}")).Append("}, \"list\": [");
        body.AppendJoin(',', Enumerable.Range(0, 20_000)).Append("]}");
        var mapping = TestMapping.Compile(TestMapping.OfProperty(expression));
        var raw = TestMapping.Raw(body.ToString());
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var began = ThreadClock.Now;

        var refusal = TestMapping.Read(mapping, raw).ShouldBeOfType<ReadResult.Refused>().Refusal;

        refusal.Code.ShouldBe("mapping.too_much");
        (ThreadClock.Now - began).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(200L * 1024 * 1024);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("not(", ")")]
    [InlineData("trim(", ")")]
    public void What_is_nested_too_deep_is_an_error(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 700)) + "a" + string.Concat(Enumerable.Repeat(close, 700));

        TestMapping.Errors(text).ShouldHaveSingleItem().ShouldContain(text.Length > ExpressionParser.MaxLength ? "at most 4000 letters" : "nested more than 32 deep");
    }

    [Fact]
    public void A_long_chain_is_no_deep_one()
    {
        TestMapping.Value(string.Join(" and ", Enumerable.Repeat("a", 600)), """{"a": 1}""").ShouldBe("true");
        TestMapping.Value("a" + string.Concat(Enumerable.Repeat(".b", 1900)), """{"a": 1}""").ShouldBeNull();
    }

    [Fact]
    public void Names_that_build_on_each_other_do_not_grow_without_bound()
    {
        var definition = TestMapping.OfProperty("x60");
        var lets = Enumerable.Range(1, 60).Select(n => new NamedExpression($"x{n}", new ExpressionText($"concat(x{n - 1}, x{n - 1})"))).Prepend(new("x0", new("'0123456789'")));

        var mapping = TestMapping.Compile(definition with { Let = [.. lets] });

        TestMapping.Read(mapping, TestMapping.Raw("{}")).ShouldBeOfType<ReadResult.Refused>().Refusal.Code.ShouldBe("mapping.too_much");
    }
}
