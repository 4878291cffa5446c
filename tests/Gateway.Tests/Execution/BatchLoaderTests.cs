using Freshet.Gateway.Execution;

namespace Freshet.Gateway.Tests.Execution;

public sealed class BatchLoaderTests
{
    private readonly List<int[]> _fetched = [];

    [Fact]
    public async Task Keys_asked_before_the_first_result_is_awaited_are_fetched_together()
    {
        var loader = Loader();
        var results = new[] { 1, 2, 3 }.Select(loader.Load).ToArray();

        (await results[2].GetResultAsync()).ShouldBe("3");
        (await results[0].GetResultAsync()).ShouldBe("1");

        _fetched.ShouldHaveSingleItem().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_key_asked_again_is_not_fetched_again()
    {
        var loader = Loader();
        var first = loader.Load(1);
        loader.Load(1).ShouldBeSameAs(first);
        await first.GetResultAsync();

        (await loader.Load(1).GetResultAsync()).ShouldBe("1");

        _fetched.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_of_a_later_level_are_a_batch_of_their_own()
    {
        var loader = Loader();
        await loader.Load(1).GetResultAsync();
        var later = new[] { 1, 2, 3 }.Select(loader.Load).ToArray();

        await Task.WhenAll(later.Select(result => result.GetResultAsync()));

        _fetched.Count.ShouldBe(2);
        _fetched[1].ShouldBe([2, 3]);
    }

    [Fact]
    public async Task A_large_level_is_cut_into_batches_of_the_largest_size()
    {
        var loader = Loader(maxBatchSize: 4);
        var results = Enumerable.Range(0, 10).Select(loader.Load).ToArray();

        var values = await Task.WhenAll(results.Select(result => result.GetResultAsync()));

        values.ShouldBe(Enumerable.Range(0, 10).Select(number => $"{number}"));
        _fetched.Select(batch => batch.Length).ShouldBe([4, 4, 2]);
    }

    [Fact]
    public async Task A_key_that_the_fetch_does_not_know_gives_null()
    {
        var loader = new BatchLoader<int, string>((_, _) => Task.FromResult<IReadOnlyDictionary<int, string>>(new Dictionary<int, string>()));

        (await loader.Load(1).GetResultAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_failed_fetch_fails_its_keys_and_may_be_tried_again()
    {
        var fails = true;
        var loader = new BatchLoader<int, string>((keys, _) => fails
            ? throw new InvalidOperationException("down")
            : Task.FromResult<IReadOnlyDictionary<int, string>>(keys.ToDictionary(key => key, key => $"{key}")));
        var (first, second) = (loader.Load(1), loader.Load(2));

        (await Should.ThrowAsync<InvalidOperationException>(() => first.GetResultAsync())).Message.ShouldBe("down");
        await Should.ThrowAsync<InvalidOperationException>(() => second.GetResultAsync());
        fails = false;

        (await loader.Load(1).GetResultAsync()).ShouldBe("1");
    }

    [Fact]
    public async Task Cancellation_reaches_the_fetch_and_its_keys()
    {
        using var canceled = new CancellationTokenSource();
        var loader = new BatchLoader<int, string>(async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return new Dictionary<int, string>();
        });
        var result = loader.Load(1).GetResultAsync(canceled.Token);

        await canceled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => result);
    }

    private BatchLoader<int, string> Loader(int maxBatchSize = 100) => new(
        (keys, _) =>
        {
            _fetched.Add([.. keys]);
            return Task.FromResult<IReadOnlyDictionary<int, string>>(keys.ToDictionary(key => key, key => $"{key}"));
        },
        maxBatchSize);
}
