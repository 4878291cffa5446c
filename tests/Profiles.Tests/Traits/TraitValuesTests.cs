using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Tests.Traits;

public sealed class TraitValuesTests
{
    [Theory]
    [InlineData(TraitType.String, "\"x\"", "\"x\"")]
    [InlineData(TraitType.String, "01", null)]
    [InlineData(TraitType.String, "12.50", "\"12.50\"")]
    [InlineData(TraitType.String, "true", "\"true\"")]
    [InlineData(TraitType.String, "{}", null)]
    [InlineData(TraitType.Integer, "5", "5")]
    [InlineData(TraitType.Integer, "5.0", "5")]
    [InlineData(TraitType.Integer, "1e3", "1000")]
    [InlineData(TraitType.Integer, "\"7\"", "7")]
    [InlineData(TraitType.Integer, "5.5", null)]
    [InlineData(TraitType.Integer, "9223372036854775807", "9223372036854775807")]
    [InlineData(TraitType.Integer, "9223372036854775808", null)]
    [InlineData(TraitType.Integer, "true", null)]
    [InlineData(TraitType.Decimal, "12.50", "12.50")]
    [InlineData(TraitType.Decimal, "\"12.50\"", "12.50")]
    [InlineData(TraitType.Decimal, "0.1234567890123456789012345678", "0.1234567890123456789012345678")]
    [InlineData(TraitType.Decimal, "0.12345678901234567890123456789", null)]
    [InlineData(TraitType.Decimal, "1e400", null)]
    [InlineData(TraitType.Decimal, "\"12,50\"", null)]
    [InlineData(TraitType.Boolean, "true", "true")]
    [InlineData(TraitType.Boolean, "\"False\"", "false")]
    [InlineData(TraitType.Boolean, "1", null)]
    [InlineData(TraitType.Date, "\"2024-02-29\"", "\"2024-02-29\"")]
    [InlineData(TraitType.Date, "\"2026-02-29\"", null)]
    [InlineData(TraitType.Date, "\"1990-01-01T23:00:00-05:00\"", "\"1990-01-01\"")]
    [InlineData(TraitType.Date, "\"01/02/1990\"", null)]
    [InlineData(TraitType.DateTime, "\"2026-11-23T12:00:00+02:00\"", "\"2026-11-23T10:00:00Z\"")]
    [InlineData(TraitType.DateTime, "\"2026-11-23T12:00:00.1234567891Z\"", "\"2026-11-23T12:00:00.123456Z\"")]
    [InlineData(TraitType.DateTime, "1700000000", "\"2023-11-14T22:13:20Z\"")]
    [InlineData(TraitType.DateTime, "1700000000500", "\"2023-11-14T22:13:20.5Z\"")]
    [InlineData(TraitType.DateTime, "\"2026-13-01T00:00:00Z\"", null)]
    [InlineData(TraitType.DateTime, "\"9999-12-31T23:59:59-14:00\"", null)]
    [InlineData(TraitType.DateTime, "1e300", null)]
    [InlineData(TraitType.List, "[\"a\", 1, true]", "[\"a\",\"1\",\"true\"]")]
    [InlineData(TraitType.List, "\"a\"", "[\"a\"]")]
    [InlineData(TraitType.List, "[\"a\", null]", null)]
    [InlineData(TraitType.List, "[[\"a\"]]", null)]
    [InlineData(TraitType.Object, "{\"a\":1}", "{\"a\":1}")]
    [InlineData(TraitType.Object, "[]", null)]
    public void Values_fit_exactly_or_not_at_all(TraitType type, string json, string? expected)
    {
        JsonElement value;
        try
        {
            value = JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            expected.ShouldBeNull();
            return;
        }

        var fits = TraitValues.TryCoerce(type, value, out var typed);

        (fits ? typed.GetRawText() : null).ShouldBe(expected);
        (!fits || TraitValues.Fits(type, typed)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("1.0", "1.00", 0)]
    [InlineData("2", "10", -1)]
    [InlineData("1e1", "9.5", 1)]
    [InlineData("\"2026-01-01T00:00:00Z\"", "\"2026-01-01T00:00:00.5Z\"", -1)]
    [InlineData("\"2026-01-02\"", "\"2026-01-10\"", -1)]
    [InlineData("false", "true", -1)]
    [InlineData("null", "0", -1)]
    [InlineData("[2]", "{}", -1)]
    [InlineData("1e400", "1e401", -1)]
    public void Values_are_ordered_by_what_they_say(string left, string right, int order)
    {
        Math.Sign(ValueOrder.Compare(JsonElement.Parse(left), JsonElement.Parse(right))).ShouldBe(order);
        Math.Sign(ValueOrder.Compare(JsonElement.Parse(right), JsonElement.Parse(left))).ShouldBe(-order);
    }

    [Fact]
    public void Different_values_are_counted_exactly_below_the_capacity_and_closely_above()
    {
        var few = Sketch(511);
        DistinctSketch.Estimate(few).ShouldBe(511);
        DistinctSketch.Union(few, few).ShouldBe(few);
        DistinctSketch.Estimate(Sketch(20_000)).ShouldBeInRange(17_000, 23_000);
        DistinctSketch.Union(DistinctSketch.Of(JsonElement.Parse("5")), DistinctSketch.Of(JsonElement.Parse("5.0"))).ShouldBe(DistinctSketch.Of(JsonElement.Parse("5")));
        DistinctSketch.Of(JsonElement.Parse("5")).ShouldNotBe(DistinctSketch.Of(JsonElement.Parse("\"5\"")));
    }

    private static string Sketch(int values) => Enumerable.Range(0, values).Chunk(500)
        .Select(chunk => chunk.Select(value => DistinctSketch.Of(JsonElement.Parse($"{value}"))).Aggregate(DistinctSketch.Union))
        .Aggregate(DistinctSketch.Union);
}
