using CsCheck;
using Freshet.Chaos.Plans;

namespace Freshet.Chaos.Tests;

public sealed class ScheduleTests
{
    private static readonly Gen<(Plan Plan, int Seed, int Seconds)> Runs = Gen.Select(Gen.Int[0, Catalog.All.Count - 1].Select(index => Catalog.All[index]), Gen.Int, Gen.Int[1, 600]);

    [Fact]
    public void The_same_plan_seed_and_length_give_the_same_schedule() => Runs.Sample(run =>
        Schedule.Of(run.Plan, run.Seed, TimeSpan.FromSeconds(run.Seconds)).ShouldBe(Schedule.Of(run.Plan, run.Seed, TimeSpan.FromSeconds(run.Seconds))));

    [Fact]
    public void Every_fault_lies_within_the_run_and_within_the_bounds_of_its_track() => Runs.Sample(run =>
    {
        foreach (var step in Schedule.Of(run.Plan, run.Seed, TimeSpan.FromSeconds(run.Seconds)))
        {
            step.At.ShouldBeGreaterThanOrEqualTo(Schedule.Calm);
            (step.At + step.Duration).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(run.Seconds));
            run.Plan.Tracks.ShouldContain(track => track.Action == step.Action && track.Targets.Contains(step.Target)
                && step.Duration.TotalSeconds >= track.Lasts.Least && step.Duration.TotalSeconds <= track.Lasts.Most
                && (track.Details.Count == 0 ? step.Detail.Length == 0 : track.Details.Contains(step.Detail)));
        }
    });

    [Fact]
    public void The_faults_of_a_track_keep_their_distance() => Runs.Sample(run =>
    {
        foreach (var track in run.Plan.Tracks)
        {
            var steps = Schedule.Of(run.Plan with { Tracks = [track] }, run.Seed, TimeSpan.FromSeconds(run.Seconds));
            foreach (var (one, next) in steps.Zip(steps.Skip(1)))
            {
                (next.At - one.At).TotalSeconds.ShouldBeInRange(track.Every.Least, track.Every.Most);
            }
        }
    });

    [Fact]
    public void Another_seed_gives_another_schedule()
    {
        var plan = Catalog.Find("long")!;

        Schedule.Of(plan, 1, plan.Length).ShouldNotBe(Schedule.Of(plan, 2, plan.Length));
    }

    [Fact]
    public void The_long_plan_kills_more_than_a_hundred_times_over_its_seeds()
    {
        var plan = Catalog.Find("long")!;

        Enumerable.Range(1, plan.Seeds).Sum(seed => Schedule.Of(plan, seed, plan.Length).Count).ShouldBeGreaterThanOrEqualTo(100);
    }

    [Fact]
    public void Each_target_of_a_mixture_has_its_turn_before_one_has_a_second()
    {
        var plan = Catalog.Find("long")!;
        var targets = plan.Tracks[0].Targets.Count;

        foreach (var round in Schedule.Of(plan, 7, plan.Length).Select(step => step.Target).Chunk(targets).Where(round => round.Length == targets))
        {
            round.Distinct().Count().ShouldBe(targets);
        }
    }
}
