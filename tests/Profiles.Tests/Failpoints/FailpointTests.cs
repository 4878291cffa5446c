using Freshet.Profiles.Failpoints;

namespace Freshet.Profiles.Tests.Failpoints;

/// <summary>That a place really ends its process is shown by the chaos plan K6, which needs a process to lose.</summary>
public sealed class FailpointTests
{
    [Fact]
    public void A_host_in_production_refuses_to_start_with_an_armed_failpoint()
    {
        var refusal = Should.Throw<InvalidOperationException>(() => Failpoint.Arm(Variables("Failpoints__processing.before-commit", "3"), isProduction: true));

        refusal.Message.ShouldContain("Failpoints__processing.before-commit");
        refusal.Message.ShouldContain("Production");
    }

    [Fact]
    public void A_host_in_production_without_failpoints_starts() =>
        Should.NotThrow(() => Failpoint.Arm(Variables("Ingress__Batching__Linger", "00:00:00.002"), isProduction: true));

    [Theory]
    [InlineData("Failpoints__processing.before-lunch", "1")]
    [InlineData("Failpoints__processing.before-commit", "soon")]
    [InlineData("Failpoints__processing.before-commit", "0")]
    public void A_failpoint_that_does_not_exist_or_has_no_number_is_refused_with_the_names_that_do(string variable, string value) =>
        Should.Throw<InvalidOperationException>(() => Failpoint.Arm(Variables(variable, value), isProduction: false))
            .Message.ShouldContain("Failpoints__ingress.after-insert=1");

    [Fact]
    public void A_place_whose_turn_has_not_come_does_nothing()
    {
        try
        {
            Failpoint.Arm(Variables($"Failpoints__{Failpoint.BeforeAck}", "1000000"), isProduction: false);
            Failpoint.Hit(Failpoint.BeforeAck);
            Failpoint.Hit(Failpoint.BeforeCommit);
        }
        finally
        {
            Failpoint.Arm(new Dictionary<string, string>(), isProduction: false);
        }
    }

    private static Dictionary<string, string> Variables(string name, string value) => new() { [name] = value };
}
