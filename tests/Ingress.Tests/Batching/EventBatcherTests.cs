using System.Threading.Channels;
using Freshet.Ingress.Batching;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Ingress.Tests.Batching;

public sealed class EventBatcherTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly HeldKeeper _keeper = new();
    private readonly BatchingOptions _options = new() { MaxCommits = 2, MaxEvents = 10, MaxWaitingRequests = 4, MaxWaitingBytes = 1024 * 1024 };
    private EventBatcher? _batcher;

    public async ValueTask DisposeAsync()
    {
        if (_batcher is not null)
        {
            _keeper.ReleaseAll();
            var stopping = _batcher.StopAsync(CancellationToken.None);
            await Freshet.Testing.Eventually.TrueAsync(_ =>
            {
                _keeper.ReleaseAll();
                _time.Advance(_options.Linger);
                return Task.FromResult(stopping.IsCompleted);
            }, "the batcher's end");
            _batcher.Dispose();
        }
    }

    [Fact]
    public async Task A_single_request_waits_for_nobody()
    {
        var batcher = await StartAsync();

        var waiting = batcher.AppendAsync(Of(1));
        var commit = await _keeper.NextAsync(); // the clock stands still: a linger would never end

        commit.Batch.Events.Count.ShouldBe(1);
        commit.Finish();
        (await waiting).ShouldBe(new Receipt.Durable(1, 0, new Position(commit.Batch.BatchId)));
    }

    [Fact]
    public async Task Requests_that_come_during_a_commit_share_the_next()
    {
        var batcher = await StartAsync();
        var first = batcher.AppendAsync(Of(1));
        var running = await _keeper.NextAsync();

        var second = batcher.AppendAsync(Of(2));
        var third = batcher.AppendAsync(Of(3));
        await LingerAsync();
        var shared = await _keeper.NextAsync();

        shared.Batch.Events.Count.ShouldBe(5);
        first.IsCompleted.ShouldBeFalse();
        shared.Finish();
        (await second).ShouldBe(new Receipt.Durable(2, 0, new Position(shared.Batch.BatchId)));
        (await third).ShouldBe(new Receipt.Durable(3, 0, new Position(shared.Batch.BatchId)));
        running.Finish();
        await first;
    }

    [Fact]
    public async Task A_request_is_never_cut_in_two()
    {
        var batcher = await StartAsync();
        _ = batcher.AppendAsync(Of(1));
        var running = await _keeper.NextAsync();

        _ = batcher.AppendAsync(Of(6));
        _ = batcher.AppendAsync(Of(6));
        _ = batcher.AppendAsync(Of(30));
        await LingerAsync();
        var sizes = new List<int>();
        running.Finish();
        for (var i = 0; i < 3; i++)
        {
            var commit = await NextWithLingerAsync();
            sizes.Add(commit.Batch.Events.Count);
            commit.Finish();
        }

        sizes.ShouldBe([6, 6, 30]);
    }

    [Fact]
    public async Task A_full_queue_is_answered_at_once_with_the_time_to_come_again()
    {
        var batcher = await StartAsync();
        var answers = Enumerable.Range(0, 20).Select(_ => batcher.AppendAsync(Of(10))).ToList();

        var refused = answers.Where(answer => answer.IsCompleted).Select(answer => answer.Result.ShouldBeOfType<Receipt.Refused>()).ToList();

        refused.Count.ShouldBeGreaterThanOrEqualTo(20 - _options.MaxWaitingRequests - _options.MaxCommits);
        refused.ShouldAllBe(receipt => receipt.Code == "overloaded" && receipt.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task Bytes_that_wait_are_bounded_and_given_back()
    {
        var batcher = await StartAsync();
        var body = new Body();

        (await batcher.AppendAsync(new Submission([Event()], null, body, 2 * 1024 * 1024))).ShouldBeOfType<Receipt.Refused>();
        body.IsReleased.ShouldBeTrue();

        var next = batcher.AppendAsync(Of(1));
        (await _keeper.NextAsync()).Finish();
        (await next).ShouldBeOfType<Receipt.Durable>();
    }

    [Fact]
    public async Task Memory_is_given_back_only_when_the_commit_has_ended()
    {
        var batcher = await StartAsync();
        var body = new Body();
        var waiting = batcher.AppendAsync(new Submission([Event()], null, body, 10));
        var commit = await _keeper.NextAsync();

        body.IsReleased.ShouldBeFalse("the commit still reads it");
        commit.Finish();
        await waiting;
        body.IsReleased.ShouldBeTrue();
    }

    [Fact]
    public async Task A_crowd_that_was_just_answered_is_awaited_so_that_it_shares_a_commit_again()
    {
        _options.MaxCommits = 1;
        var batcher = await StartAsync();
        var first = batcher.AppendAsync(Of(1));
        var running = await _keeper.NextAsync();
        var others = Enumerable.Range(0, 3).Select(_ => batcher.AppendAsync(Of(1))).ToList();
        running.Finish();
        await first;
        var crowd = await NextWithLingerAsync();
        crowd.Batch.Events.Count.ShouldBe(3);
        crowd.Finish();
        await Task.WhenAll(others);

        // The clock stands still from here on: it is the fourth request that starts the commit, not the end of the linger.
        List<Task<Receipt>> again = [.. Enumerable.Range(0, 3).Select(_ => batcher.AppendAsync(Of(1)))];
        _keeper.HasNext.ShouldBeFalse();
        again.Add(batcher.AppendAsync(Of(1)));
        var shared = await _keeper.NextAsync();

        shared.Batch.Events.Count.ShouldBe(4);
        shared.Finish();
        await Task.WhenAll(again);
    }

    [Fact]
    public async Task Stopping_finishes_what_waits()
    {
        var batcher = await StartAsync();
        var first = batcher.AppendAsync(Of(1));
        var running = await _keeper.NextAsync();
        var second = batcher.AppendAsync(Of(1));

        var stopping = batcher.StopAsync(CancellationToken.None);
        await LingerAsync();
        var last = await _keeper.NextAsync();
        stopping.IsCompleted.ShouldBeFalse();
        running.Finish();
        last.Finish();
        await stopping;

        (await first).ShouldBeOfType<Receipt.Durable>();
        (await second).ShouldBeOfType<Receipt.Durable>();
        (await batcher.AppendAsync(Of(1))).ShouldBeOfType<Receipt.Refused>();
    }

    [Fact]
    public async Task A_defect_in_one_commit_fails_its_requests_and_not_the_next()
    {
        var batcher = await StartAsync();
        var first = batcher.AppendAsync(Of(1));
        (await _keeper.NextAsync()).Fail(new InvalidOperationException("defect"));
        await Should.ThrowAsync<InvalidOperationException>(first);

        var second = batcher.AppendAsync(Of(1));
        (await _keeper.NextAsync()).Finish();
        (await second).ShouldBeOfType<Receipt.Durable>();
    }

    private async Task<EventBatcher> StartAsync()
    {
        _batcher = new EventBatcher(_keeper, Options.Create(_options), _time, NullLogger<EventBatcher>.Instance);
        await _batcher.StartAsync(CancellationToken.None);
        return _batcher;
    }

    private Task LingerAsync() => Freshet.Testing.Eventually.TrueAsync(_ =>
    {
        _time.Advance(_options.Linger);
        return Task.FromResult(_keeper.HasNext);
    }, "a commit after the linger");

    private async Task<HeldKeeper.Commit> NextWithLingerAsync()
    {
        await LingerAsync();
        return await _keeper.NextAsync();
    }

    private static Submission Of(int events) => new([.. Enumerable.Range(0, events).Select(_ => Event())], null, new Body(), 10);

    private static RawEvent Event()
    {
        var messageId = Guid.CreateVersion7().ToString();
        return new RawEvent
        {
            EventId = EventIds.From("demo", messageId),
            SourceId = "demo",
            MessageId = messageId,
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Format = RawEventFormat.Webhook,
            Body = default,
        };
    }

    private sealed class Body : IDisposable
    {
        public bool IsReleased { get; private set; }

        public void Dispose() => IsReleased = true;
    }

    /// <summary>A store whose commits end when the test says so.</summary>
    private sealed class HeldKeeper : IBatchKeeper
    {
        private readonly Channel<Commit> _commits = Channel.CreateUnbounded<Commit>();
        private volatile bool _isReleased;

        public bool HasNext => _commits.Reader.Count > 0;

        public ValueTask<Commit> NextAsync() => _commits.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);

        public void ReleaseAll()
        {
            _isReleased = true;
            while (_commits.Reader.TryRead(out var commit))
            {
                commit.Finish();
            }
        }

        public Task<KeepResult> KeepAsync(EventBatch batch)
        {
            var commit = new Commit(batch);
            if (_isReleased)
            {
                commit.Finish();
            }
            else
            {
                _commits.Writer.TryWrite(commit);
            }

            return commit.Result;
        }

        public sealed class Commit(EventBatch batch)
        {
            private readonly TaskCompletionSource<KeepResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public EventBatch Batch { get; } = batch;

            public Task<KeepResult> Result => _result.Task;

            public void Finish() => _result.TrySetResult(new KeepResult.Stored(new AppendResult
            {
                Position = new Position(Batch.BatchId),
                Accepted = Batch.Events.Count,
                Duplicates = new HashSet<Guid>(),
                Originals = new Dictionary<Guid, Position>(),
            }));

            public void Fail(Exception failure) => _result.TrySetException(failure);
        }
    }
}
