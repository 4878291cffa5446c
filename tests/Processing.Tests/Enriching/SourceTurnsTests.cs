using Freshet.Processing.Enriching;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Processing.Tests.Enriching;

public sealed class SourceTurnsTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void So_many_calls_run_at_the_same_time()
    {
        var turns = Turns(perSecond: 100, most: 3);

        turns.Take().ShouldBe((3, null));
        turns.Take().ShouldBe((0, null));
        turns.End(2);
        turns.Take().ShouldBe((2, null));
    }

    [Fact]
    public void So_many_calls_begin_per_second_and_it_is_told_when_the_next_may()
    {
        var turns = Turns(perSecond: 4, most: 10);

        turns.Take().ShouldBe((4, TimeSpan.FromSeconds(0.25)));
        turns.End(4);
        turns.Take().Granted.ShouldBe(0);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        turns.Take().Granted.ShouldBe(2);
    }

    [Fact]
    public void Turns_in_which_nobody_is_asked_can_be_taken_again()
    {
        var turns = Turns(perSecond: 4, most: 10);

        turns.Take().Granted.ShouldBe(4);
        turns.Return(3);

        turns.Take().Granted.ShouldBe(3);
    }

    private SourceTurns Turns(int perSecond, int most)
    {
        var lookUp = new LookUpSettings { Url = "https://provider.test/{email}", MappingName = "provider", RequestsPerSecond = perSecond };
        return new SourceTurns(new Source { Id = "provider", Kind = SourceKind.Hmac, Name = "Provider", LookUp = lookUp }, most, clock);
    }
}
