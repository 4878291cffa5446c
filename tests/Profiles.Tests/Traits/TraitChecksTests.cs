using System.Text.Json;
using CsCheck;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Tests.Traits;

public sealed class TraitChecksTests
{
    [Theory]
    [InlineData("""{"amount": 12.5, "currency": "eur"}""", """{"minorUnits":1250,"currency":"EUR"}""")]
    [InlineData("""{"amount": "12.50", "currency": "EUR", "more": 1}""", """{"minorUnits":1250,"currency":"EUR"}""")]
    [InlineData("""{"amount": 1.2e3, "currency": "JPY"}""", """{"minorUnits":1200,"currency":"JPY"}""")]
    [InlineData("""{"amount": "-0.001", "currency": "KWD"}""", """{"minorUnits":-1,"currency":"KWD"}""")]
    [InlineData("""{"amount": 0.0001, "currency": "CLF"}""", """{"minorUnits":1,"currency":"CLF"}""")]
    [InlineData("""{"minorUnits": 1250, "currency": "EUR"}""", """{"minorUnits":1250,"currency":"EUR"}""")]
    [InlineData("""{"amount": 12.505, "currency": "EUR"}""", RejectedValue.AmountInexact)]
    [InlineData("""{"minorUnits": 12.5, "currency": "EUR"}""", RejectedValue.AmountInexact)]
    [InlineData("""{"amount": 92233720368547758.08, "currency": "EUR"}""", RejectedValue.AmountInexact)]
    [InlineData("""{"amount": 12.5, "currency": "EURO"}""", RejectedValue.CurrencyUnknown)]
    [InlineData("""{"amount": 12.5}""", RejectedValue.CurrencyUnknown)]
    [InlineData("""{"amount": "much", "currency": "EUR"}""", RejectedValue.TypeMismatch)]
    [InlineData("""{"currency": "EUR"}""", RejectedValue.TypeMismatch)]
    [InlineData("12.5", RejectedValue.TypeMismatch)]
    public void Money_is_exact_and_has_a_currency_or_is_refused(string written, string expected)
    {
        var fault = MoneyValues.TryRead(JsonElement.Parse(written), out var money);

        (fault ?? money.GetRawText()).ShouldBe(expected);
        (fault is not null || TraitValues.Fits(TraitType.Money, money)).ShouldBeTrue();
    }

    [Fact]
    public void An_amount_reads_back_as_the_same_money() =>
        Gen.Select(Gen.Long, Gen.Int[0, 3]).Sample((units, choice) =>
        {
            var currency = new[] { "JPY", "EUR", "KWD", "CLF" }[choice];
            var amount = MoneyValues.AmountOf(units, currency);
            MoneyValues.TryRead(JsonElement.Parse($$"""{"amount": "{{amount}}", "currency": "{{currency}}"}"""), out var money).ShouldBeNull();
            (MoneyValues.Read(money) == (units, currency)).ShouldBeTrue();
        });

    [Theory]
    [InlineData("PT90M", "PT1H30M")]
    [InlineData("P1W", "P7D")]
    [InlineData("P14M", "P1Y2M")]
    [InlineData("PT36H", "PT36H")]
    [InlineData("-pt0,50s", "-PT0.5S")]
    [InlineData("PT0S", "PT0S")]
    [InlineData("-P0D", "PT0S")]
    [InlineData("P1Y2M3DT4H5M6S", "P1Y2M3DT4H5M6S")]
    [InlineData("P", null)]
    [InlineData("PT", null)]
    [InlineData("P1W1D", null)]
    [InlineData("5m", null)]
    [InlineData("P9999999999999Y", null)]
    public void A_duration_has_one_form(string written, string? normal)
    {
        DurationValues.Normalize(written).ShouldBe(normal);
        (normal is null ? null : DurationValues.Normalize(normal)).ShouldBe(normal);
    }

    [Theory]
    [InlineData("\" PRO \"", "\"pro\"")]
    [InlineData("\"gold\"", RejectedValue.NotListed)]
    [InlineData("7", "\"7\"")]
    [InlineData("{}", RejectedValue.TypeMismatch)]
    public void An_enum_is_one_of_its_values_as_they_are_listed(string written, string expected) =>
        Take(new() { Name = "plan", Type = TraitType.Enum, Values = ["free", "pro", "7"] }, written).ShouldBe(expected);

    [Theory]
    [InlineData(TraitType.Integer, "0", "150", "-1", RejectedValue.TooSmall)]
    [InlineData(TraitType.Integer, "0", "150", "151", RejectedValue.TooLarge)]
    [InlineData(TraitType.Integer, "0", "150", "\"150\"", "150")]
    [InlineData(TraitType.Decimal, "0.10", null, "0.0999", RejectedValue.TooSmall)]
    [InlineData(TraitType.Decimal, "0.10", null, "0.1", "0.1")]
    [InlineData(TraitType.Date, "\"1900-01-01\"", null, "\"1899-12-31\"", RejectedValue.TooSmall)]
    [InlineData(TraitType.DateTime, null, "\"2027-01-01T00:00:00Z\"", "\"2027-01-01T00:00:00+01:00\"", "\"2026-12-31T23:00:00Z\"")]
    [InlineData(TraitType.DateTime, null, "\"2027-01-01T00:00:00Z\"", "\"2027-01-01T00:00:00.5Z\"", RejectedValue.TooLarge)]
    public void Bounds_hold_and_belong_to_the_range(TraitType type, string? minimum, string? maximum, string written, string expected) =>
        Take(new() { Name = "age", Type = type, Minimum = minimum, Maximum = maximum }, written).ShouldBe(expected);

    [Theory]
    [InlineData("\"abc\"", "\"abc\"")]
    [InlineData("\"abcd\"", RejectedValue.TooLong)]
    [InlineData("\"\ud83d\ude00\ud83d\ude00\ud83d\ude00\"", RejectedValue.PatternMismatch)]
    [InlineData("\"ABC\"", RejectedValue.PatternMismatch)]
    public void Texts_keep_to_their_length_in_characters_and_their_pattern(string written, string expected) =>
        Take(new() { Name = "sku", Type = TraitType.String, MaxLength = 3, Pattern = "^[a-z]+$" }, written).ShouldBe(expected);

    [Fact]
    public void Every_item_of_a_list_is_brought_to_the_format()
    {
        var trait = new TraitDefinition { Name = "countries", Type = TraitType.List, Format = TextFormat.Country };

        Take(trait, """["austria", "de"]""").ShouldBe("""["AT","DE"]""");
        Take(trait, """["austria", "nowhere"]""").ShouldBe(RejectedValue.FormatMismatch);
    }

    [Fact]
    public void Only_traits_that_ask_for_more_than_their_type_have_checks()
    {
        var dictionary = new TraitDictionary(1, [new() { Name = "a", Type = TraitType.String }, new() { Name = "b", Type = TraitType.String, MaxLength = 1 }]);

        dictionary.ChecksOf(dictionary.Find("a")!).ShouldBeNull();
        dictionary.ChecksOf(dictionary.Find("b")!).ShouldNotBeNull();
    }

    private static string Take(TraitDefinition trait, string written)
    {
        if (!TraitValues.TryCoerce(trait.Type, JsonElement.Parse(written), out var typed))
        {
            return RejectedValue.TypeMismatch;
        }

        return new TraitChecks(trait).Take(ref typed, null) ?? typed.GetRawText();
    }
}
