using Freshet.Processing.Storage;

namespace Freshet.Processing.Tests.Storage;

public sealed class AbandonmentTests
{
    [Fact]
    public void It_takes_all_to_give_up_and_not_one_twice()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        using var abandoned = new Abandonment([first.Token, second.Token]);

        first.Cancel();
        abandoned.Token.IsCancellationRequested.ShouldBeFalse();

        second.Cancel();
        abandoned.Token.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void Who_has_given_up_before_counts()
    {
        using var waiting = new CancellationTokenSource();
        using var abandoned = new Abandonment([new CancellationToken(canceled: true), waiting.Token]);

        abandoned.Token.IsCancellationRequested.ShouldBeFalse();
        waiting.Cancel();
        abandoned.Token.IsCancellationRequested.ShouldBeTrue();
    }
}
