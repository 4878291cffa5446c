using Freshet.Gateway.Schema.Scalars;

namespace Freshet.Gateway.Tests.Schema;

public sealed class DurationScalarTests
{
    [Theory]
    [InlineData("5m", 300)]
    [InlineData("30s", 30)]
    [InlineData("12h", 43_200)]
    [InlineData("30d", 2_592_000)]
    [InlineData("2w", 1_209_600)]
    [InlineData("0s", 0)]
    [InlineData("PT5M", 300)]
    [InlineData("P1DT12H", 129_600)]
    [InlineData("PT0.5S", 0.5)]
    public void Both_forms_are_read(string text, double seconds)
    {
        DurationScalar.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("-PT5M")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("1.5h")]
    [InlineData("9999999999w")]
    [InlineData("P999999999D")]
    [InlineData("５m")]
    public void Anything_else_is_refused(string text) => DurationScalar.TryParse(text, out _).ShouldBeFalse();
}
