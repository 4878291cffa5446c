using Freshet.Processing.Retrying;
using Freshet.Testing;

namespace Freshet.Processing.Tests.Retrying;

public sealed class RetryRowsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_due_is_sent_once_and_put_off_by_the_lease()
    {
        await using var database = await TestDatabase.CreateAsync();
        var rows = new RetryRows(database.DataSource);
        var due = await WaitingAsync(database, Now);
        await WaitingAsync(database, Now.AddSeconds(1));
        var sent = new List<DueRetry>();

        (await rows.ClaimAsync(Now, Now.AddSeconds(10), 100, Remember(sent), CancellationToken.None)).ShouldBe(1);
        (await rows.ClaimAsync(Now, Now.AddSeconds(10), 100, Remember(sent), CancellationToken.None)).ShouldBe(0);

        sent.ShouldBe([new DueRetry(due, 1)]);
        (await rows.NextAsync(CancellationToken.None)).ShouldBe(Now.AddSeconds(1));
    }

    [Fact]
    public async Task Dying_before_the_commit_leaves_everything_due()
    {
        await using var database = await TestDatabase.CreateAsync();
        var rows = new RetryRows(database.DataSource);
        await WaitingAsync(database, Now);
        await WaitingAsync(database, Now);
        var sent = new List<DueRetry>();

        await Should.ThrowAsync<TimeoutException>(rows.ClaimAsync(
            Now, Now.AddSeconds(10), 100, _ => sent.Count > 0 ? throw new TimeoutException() : Remember(sent)(_), CancellationToken.None));

        (await rows.ClaimAsync(Now, Now.AddSeconds(10), 100, Remember(sent), CancellationToken.None)).ShouldBe(2);
    }

    [Fact]
    public async Task Clocks_that_work_at_a_time_never_send_the_same_retry()
    {
        await using var database = await TestDatabase.CreateAsync();
        var rows = new RetryRows(database.DataSource);
        for (var i = 0; i < 60; i++)
        {
            await WaitingAsync(database, Now.AddSeconds(-i));
        }

        var sent = new List<DueRetry>();
        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ClaimAllAsync(rows, sent)));

        claims.Sum().ShouldBe(60);
        sent.Select(retry => retry.BatchId).Distinct().Count().ShouldBe(60);
        (await rows.NextAsync(CancellationToken.None)).ShouldBe(Now.AddSeconds(10));
    }

    [Fact]
    public async Task Nothing_waits_in_an_empty_table()
    {
        await using var database = await TestDatabase.CreateAsync();

        (await new RetryRows(database.DataSource).NextAsync(CancellationToken.None)).ShouldBeNull();
    }

    private static async Task<int> ClaimAllAsync(RetryRows rows, List<DueRetry> sent)
    {
        // Bounded: a claim that puts nothing off would never come to an end.
        var total = 0;
        for (var i = 0; i < 60; i++)
        {
            total += await rows.ClaimAsync(Now, Now.AddSeconds(10), 7, Remember(sent), CancellationToken.None);
        }

        return total;
    }

    private static Func<DueRetry, Task> Remember(List<DueRetry> sent) => retry =>
    {
        lock (sent)
        {
            sent.Add(retry);
        }

        return Task.CompletedTask;
    };

    private static async Task<Guid> WaitingAsync(TestDatabase database, DateTimeOffset retryAt)
    {
        var batch = Guid.CreateVersion7();
        await database.ExecuteAsync($"""
            insert into event_batches (batch_id, kind, state, received_at, event_count, attempt, retry_at)
            values ('{batch}', 'split', 'WaitingForRetry', now(), 1, 1, '{retryAt:O}')
            """);
        return batch;
    }
}
