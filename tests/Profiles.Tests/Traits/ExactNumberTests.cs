using System.Globalization;
using CsCheck;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Tests.Traits;

public sealed class ExactNumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.00", "0")]
    [InlineData("12.50", "12.5")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5E-3", "0.0015")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("100000000000000000000000000000000e-10", "10000000000000000000000")]
    public void Numbers_that_a_decimal_holds_are_read_exactly(string text, string expected)
    {
        ExactNumber.TryRead(text, out var number).ShouldBeTrue();
        number.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("79228162514264337593543950336")]
    [InlineData("1e29")]
    [InlineData("1e999999999999")]
    [InlineData("1e-29")]
    [InlineData("1.00000000000000000000000000001")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("+1")]
    [InlineData("1e")]
    [InlineData("NaN")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1 ")]
    [InlineData("0x10")]
    [InlineData("1,000")]
    public void What_would_have_to_be_rounded_or_guessed_is_refused(string text) => ExactNumber.TryRead(text, out _).ShouldBeFalse();

    [Fact]
    public void It_agrees_with_decimal_where_decimal_is_exact() => Gen.Select(Gen.Decimal[-1000000m, 1000000m], Gen.Decimal[-1000000m, 1000000m]).Sample((a, b) =>
    {
        var (one, other) = (decimal.Round(a, 6), decimal.Round(b, 6));

        var sum = Read(one) + Read(other);

        sum.ToString().ShouldBe((one + other).ToString("0.######", CultureInfo.InvariantCulture));
        ExactNumber.Parse(sum.ToString()).ShouldBe(sum);
        Math.Sign(Read(one).CompareTo(Read(other))).ShouldBe(one.CompareTo(other));
    });

    [Fact]
    public void Readers_get_the_nearest_number_that_their_type_holds()
    {
        var large = Read(decimal.MaxValue) + Read(decimal.MaxValue);
        large.ToDecimalRange().ToString().ShouldBe("79228162514264337593543950335");
        (ExactNumber.Parse("-" + large)).ToDecimalRange().ToString().ShouldBe("-79228162514264337593543950335");
        ExactNumber.Parse("70000000000000000000000000000.5").ToDecimalRange().ToString().ShouldBe("70000000000000000000000000000");
        large.ToLongRange().ShouldBe(long.MaxValue);
        ExactNumber.Parse("2.5").ToLongRange().ShouldBe(2);
        ExactNumber.Parse("-3.5").ToLongRange().ShouldBe(-4);
    }

    private static ExactNumber Read(decimal value) =>
        ExactNumber.TryRead(value.ToString(CultureInfo.InvariantCulture), out var number) ? number : throw new ArgumentOutOfRangeException(nameof(value));
}
