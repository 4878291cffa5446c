using CsCheck;
using Freshet.Chaos.Load;

namespace Freshet.Chaos.Tests;

public sealed class ChangeChainTests
{
    [Fact]
    public void Changes_in_any_order_leave_no_gap() => Gen.Shuffle(Enumerable.Range(0, 8).ToArray()).Sample(order =>
    {
        var chain = new ChangeChain();
        chain.Restart(0);
        foreach (var from in order)
        {
            chain.Add(from, from + 1);
        }

        chain.Missing.ShouldBeEmpty();
    });

    [Fact]
    public void A_change_that_never_came_is_found_in_any_order() => Gen.Select(Gen.Shuffle(Enumerable.Range(0, 8).ToArray()), Gen.Int[0, 6]).Sample((order, lost) =>
    {
        var chain = new ChangeChain();
        chain.Restart(0);
        foreach (var from in order.Where(from => from != lost))
        {
            chain.Add(from, from + 1);
        }

        chain.Missing.ShouldBe([((long)lost, (long)lost + 1)]);
    });

    [Fact]
    public void What_comes_late_from_before_the_number_fell_is_no_gap_and_what_is_missing_afterwards_is_one()
    {
        var chain = new ChangeChain();
        chain.Restart(75);
        chain.Restart(67);
        foreach (var (from, to) in ((long, long)[])[(67, 68), (75, 76), (76, 77), (77, 67), (68, 69)])
        {
            chain.Add(from, to);
        }

        (chain.Falls, chain.Missing.Count).ShouldBe((1, 0));

        chain.Restart(90);
        chain.Add(91, 92);
        chain.Missing.ShouldBe([(90L, 91L)]);
    }

    [Fact]
    public void A_resync_makes_up_for_what_was_missed()
    {
        var chain = new ChangeChain();
        chain.Add(0, 1);
        chain.Add(3, 4);
        chain.Missing.ShouldBe([(1L, 3L)]);

        chain.Restart(4);

        chain.Missing.ShouldBeEmpty();
    }
}
