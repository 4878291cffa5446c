namespace Freshet.Profiles.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void The_runner_runs() => true.ShouldBeTrue();
}
