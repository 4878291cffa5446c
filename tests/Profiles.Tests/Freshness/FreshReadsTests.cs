using System.Diagnostics;
using System.Text;
using CsCheck;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Tests.Storage;
using Freshet.Testing;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Freshet.Profiles.Tests.Freshness;

/// <summary>On a real Redis, whose answers a proxy holds back where a test needs readers to meet.</summary>
public sealed class FreshReadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly (bool, byte[]?) NotAnswered = (false, null);

    [Fact]
    public async Task Readers_who_come_while_a_command_is_on_its_way_share_the_next_and_each_gets_its_own()
    {
        await using var link = await RedisLink.OpenAsync();
        var ids = await link.StoreAsync(50);
        link.Hold();

        var first = link.ReadAsync(ids[0]);
        var others = link.Read(ids[1..]);
        link.Release();

        (await first.WaitAsync(Patience)).Value.ShouldBe(RedisLink.Value(ids[0]));
        (await AllAsync(others)).Select(answer => answer.Value).ShouldBe(ids[1..].Select(RedisLink.Value));
        link.TakeCommands().ShouldBe(["MGET", "MGET"]);
    }

    [Fact]
    public async Task A_profile_that_redis_does_not_have_is_null_among_those_that_it_has()
    {
        await using var link = await RedisLink.OpenAsync();
        var known = await link.StoreAsync();
        link.Hold();

        var answers = link.Read([known, Guid.CreateVersion7(), known, Guid.CreateVersion7()]);
        link.Release();

        (await AllAsync(answers)).Select(answer => (answer.Answered, answer.Value is not null)).ShouldBe([(true, true), (true, false), (true, true), (true, false)]);
    }

    [Fact]
    public async Task A_profile_that_was_merged_away_has_no_fields_and_is_left_to_the_long_way()
    {
        await using var store = await Store.CreateAsync(await RealServices.RedisAsync() + ",defaultDatabase=5", new() { ["Freshness:ReadBudget"] = "00:00:09" });
        var merged = Guid.CreateVersion7();
        var value = FreshKeys.Value(new ProfileRedirect(merged, 1, Guid.CreateVersion7()));
        await store.Get<IConnectionMultiplexer>().GetDatabase().StringSetAsync(FreshKeys.Profile(merged), value);

        (await store.Get<FreshReads>().GetAsync(merged, CancellationToken.None)).Value.ShouldBe(value);
        (await store.Get<FreshFields>().ReadAsync(new ProfileKey.ById(merged), CancellationToken.None)).ShouldBe(new FreshAnswer(true, null));
    }

    [Theory]
    [InlineData(""" "\q" """)]
    [InlineData("5")]
    [InlineData("{}")]
    public async Task A_cached_profile_whose_identity_is_no_text_is_a_miss(string written)
    {
        await using var store = await Store.CreateAsync(await RealServices.RedisAsync() + ",defaultDatabase=5", new() { ["Freshness:ReadBudget"] = "00:00:09" });
        await store.AppendAndApplyAsync(Shop.Webhook("1", "profile.updated", new { user_id = "ada" }, minute: 1));
        var document = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull();
        var ada = store.Identity("user_id", "ada");
        var keyId = await store.Database.ScalarAsync<Guid>($"select key_id from profiles where profile_id = '{document.Id}'");
        var key = await store.Get<KeyRing>().GetAsync(keyId, CancellationToken.None);
        var redis = store.Get<IConnectionMultiplexer>().GetDatabase();
        await redis.StringSetAsync(FreshKeys.Identity(ada.Id), document.Id.ToString("N"));
        await redis.StringSetAsync(FreshKeys.Profile(document.Id), FreshKeys.Value(document, key));
        (await store.Get<FreshFields>().ReadAsync(new ProfileKey.ByIdentity(ada), CancellationToken.None)).Fields.ShouldNotBeNull();

        var text = Encoding.UTF8.GetString(FreshKeys.Text(document)).Replace("\"ada\"", written.Trim(), StringComparison.Ordinal);
        byte[] malformed = [.. FreshKeys.Value(document, key)[..24], .. key.Seal(Encoding.UTF8.GetBytes(text), SealedPlace.Of("redis", document.Id, "profile"))];
        await redis.StringSetAsync(FreshKeys.Profile(document.Id), malformed);

        (await store.Get<FreshFields>().ReadAsync(new ProfileKey.ByIdentity(ada), CancellationToken.None)).ShouldBe(new FreshAnswer(true, null));
    }

    [Fact]
    public async Task More_than_256_go_in_several_commands()
    {
        await using var link = await RedisLink.OpenAsync();
        var ids = await link.StoreAsync(601);
        link.Hold();

        var answers = link.Read(ids);
        link.Release();

        (await AllAsync(answers)).Select(answer => answer.Value).ShouldBe(ids.Select(RedisLink.Value));
        // One for the first, who waits for nobody, then 256, 256 and 88.
        link.TakeCommands().Length.ShouldBe(4);
    }

    [Fact]
    public async Task One_command_is_on_its_way_at_a_time()
    {
        await using var link = await RedisLink.OpenAsync();
        var ids = await link.StoreAsync(8);
        var made = 0;
        link.Sending = () => Interlocked.Increment(ref made);
        link.Hold();

        var answers = link.Read(ids);
        made.ShouldBe(1);
        link.Release();

        await AllAsync(answers);
        made.ShouldBe(2);
    }

    [Fact]
    public async Task Who_gives_up_leaves_at_once_and_disturbs_nobody()
    {
        await using var link = await RedisLink.OpenAsync();
        var ids = await link.StoreAsync(6);
        using var impatience = new CancellationTokenSource();
        link.Hold();
        Task<(bool, byte[]?)>[] quitters = [link.ReadAsync(ids[0], impatience.Token), link.ReadAsync(ids[1], impatience.Token), link.ReadAsync(ids[2], impatience.Token)];
        var others = link.Read(ids[3..]);

        await impatience.CancelAsync();

        foreach (var quitter in quitters)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => quitter.WaitAsync(Patience));
        }

        others.ShouldAllBe(other => !other.IsCompleted);
        link.Release();
        (await AllAsync(others)).Select(answer => answer.Value).ShouldBe(ids[3..].Select(RedisLink.Value));
        (await link.ReadAsync(ids[0]).WaitAsync(Patience)).Value.ShouldBe(RedisLink.Value(ids[0]));
    }

    [Fact]
    public async Task A_late_command_is_no_answer_for_each_who_waits_for_it_and_five_of_them_open_the_circuit()
    {
        await using var link = await RedisLink.OpenAsync(budget: TimeSpan.FromMilliseconds(100));
        var ids = await link.StoreAsync(6);
        link.Hold();

        (await AllAsync(link.Read(ids[..5]))).ShouldBe(Enumerable.Repeat(NotAnswered, 5));

        link.Release();
        var made = 0;
        link.Sending = () => Interlocked.Increment(ref made);
        link.ReadAsync(ids[5]).IsCompleted.ShouldBeTrue("nobody waits while Redis is left alone");
        (await link.ReadAsync(ids[5])).ShouldBe(NotAnswered);
        made.ShouldBe(0);
        await ComesBackAsync(link, ids[5]);
    }

    [Fact]
    public async Task Fewer_late_readers_than_five_in_a_row_do_not_open_the_circuit()
    {
        await using var link = await RedisLink.OpenAsync(budget: TimeSpan.FromMilliseconds(100));
        var ids = await link.StoreAsync(4);
        link.Hold();

        (await AllAsync(link.Read(ids))).ShouldBe(Enumerable.Repeat(NotAnswered, 4));

        // The clock stands still: an open circuit would stay open.
        link.Release();
        await Eventually.TrueAsync(async ct => (await link.ReadAsync(ids[0], ct)).Answered, "reads to be answered", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_lost_connection_is_no_answer_for_each_who_waits_and_opens_the_circuit()
    {
        await using var link = await RedisLink.OpenAsync();
        var ids = await link.StoreAsync(301);
        link.Hold();
        var answers = link.Read(ids);

        link.Cut();

        (await AllAsync(answers)).ShouldBe(Enumerable.Repeat(NotAnswered, 301));
        (await link.ReadAsync(ids[0])).ShouldBe(NotAnswered);
        link.Release();
        await ComesBackAsync(link, ids[0]);
    }

    [Fact]
    public async Task An_error_that_redis_answers_is_no_answer_for_each_who_waits_and_opens_the_circuit()
    {
        var user = $"reader-{Guid.CreateVersion7():n}";
        await using var admin = await ConnectionMultiplexer.ConnectAsync(await RealServices.RedisAsync());
        await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", user, "on", ">a-password", "~*", "&*", "+@all");
        await using var link = await RedisLink.OpenAsync(user: $"user={user},password=a-password");
        var ids = await link.StoreAsync(3);
        await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", user, "-mget");
        link.Hold();

        var answers = link.Read(ids);
        link.Release();

        (await AllAsync(answers)).ShouldBe(Enumerable.Repeat(NotAnswered, 3));
        await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", user, "+mget");
        (await link.ReadAsync(ids[0])).ShouldBe(NotAnswered);
        await ComesBackAsync(link, ids[0]);
        await admin.GetDatabase().ExecuteAsync("ACL", "DELUSER", user);
    }

    [Fact]
    public async Task A_defect_reaches_each_who_waits_for_the_command_and_the_next_are_read()
    {
        await using var link = await RedisLink.OpenAsync(logger: new FailsOnce());
        var ids = await link.StoreAsync(3);
        link.Hold();
        var first = link.ReadAsync(ids[0]);
        var second = link.ReadAsync(ids[1]);

        link.Cut();

        await Should.ThrowAsync<InvalidDataException>(() => first.WaitAsync(Patience));
        (await second.WaitAsync(Patience)).ShouldBe(NotAnswered);
        link.Release();
        await ComesBackAsync(link, ids[2]);
    }

    [Fact]
    public async Task What_belongs_to_one_caller_does_not_go_along_with_the_others()
    {
        await using var link = await RedisLink.OpenAsync();
        var seen = new List<Activity?>();
        link.Sending = () => seen.Add(Activity.Current);
        link.Hold();

        var trace = new Activity("of one caller").Start();
        var traced = link.ReadAsync(Guid.CreateVersion7());
        trace.Stop();
        var other = link.ReadAsync(Guid.CreateVersion7());
        link.Release();
        await AllAsync([traced, other]);

        // The second command is sent by whoever hears the answer of the first.
        seen.ShouldBe([trace, null]);
    }

    [Fact]
    public async Task Whatever_the_connection_suffers_nobody_is_left_waiting_and_nobody_gets_another_ones_bytes()
    {
        await using var link = await RedisLink.OpenAsync(budget: TimeSpan.FromMilliseconds(30));
        var stored = await link.StoreAsync(20);
        Guid[] ids = [.. stored, .. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7())];

        var answered = 0;

        await Gen.Select(Gen.Int[0, 11], Gen.Int[0, ids.Length - 1]).Array[1, 120].SampleAsync(
            async steps =>
            {
                link.Release();
                link.LetTheBreakPass();
                var story = new Story(link, ids, stored.Length);
                foreach (var (what, which) in steps)
                {
                    await story.GoAsync(what, which);
                }

                answered += await story.EndAsync();
            },
            iter: 40,
            threads: 1);

        answered.ShouldBeGreaterThan(0);
        link.Release();
        await ComesBackAsync(link, stored[0]);
    }

    private static Task<(bool Answered, byte[]? Value)[]> AllAsync(IEnumerable<Task<(bool Answered, byte[]? Value)>> answers) =>
        Task.WhenAll(answers).WaitAsync(Patience);

    // A single reader tries after each break. What it finds may still be the old trouble: the connection is made anew meanwhile.
    private static Task ComesBackAsync(RedisLink link, Guid stored) => Eventually.TrueAsync(
        async ct =>
        {
            link.LetTheBreakPass();
            return await link.ReadAsync(stored, ct) is { Answered: true, Value: { } value } && value.SequenceEqual(RedisLink.Value(stored));
        },
        "reads to work again",
        Patience);

    /// <summary>Readers that come and go while the connection is held, cut and released.</summary>
    private sealed class Story(RedisLink link, Guid[] ids, int storedCount)
    {
        private readonly List<(int Which, Task<(bool Answered, byte[]? Value)> Answer, CancellationTokenSource GiveUp)> readers = [];

        public async Task GoAsync(int what, int which)
        {
            switch (what)
            {
                case 0:
                    link.Hold();
                    break;
                case 1:
                    link.Release();
                    break;
                case 2 when which == 0:
                    link.Cut();
                    break;
                case 3:
                    link.LetTheBreakPass();
                    break;
                case 4 when readers.Count > 0:
                    await readers[which % readers.Count].GiveUp.CancelAsync();
                    break;
                case 5 when readers.Count > 0:
                    await Task.WhenAny(readers[which % readers.Count].Answer.WaitAsync(Patience));
                    break;
                default:
                    var giveUp = new CancellationTokenSource();
                    readers.Add((which, link.ReadAsync(ids[which], giveUp.Token), giveUp));
                    break;
            }
        }

        /// <summary>How many got an answer of Redis.</summary>
        public async Task<int> EndAsync()
        {
            var answered = 0;
            foreach (var (which, answer, giveUp) in readers)
            {
                await Task.WhenAny(answer.WaitAsync(Patience));
                answer.IsCompleted.ShouldBeTrue("a reader was left waiting");
                answer.IsCanceled.ShouldBe(answer.IsCanceled && giveUp.IsCancellationRequested, "who did not give up gets an answer");
                if (!answer.IsCanceled && await answer is { Answered: true } got)
                {
                    got.Value.ShouldBe(which < storedCount ? RedisLink.Value(ids[which]) : null);
                    answered++;
                }

                giveUp.Dispose();
            }

            return answered;
        }
    }

    /// <summary>Cannot write its first record: a failure that nobody foresees.</summary>
    private sealed class FailsOnce : ILogger<RedisCircuit>
    {
        private bool hasFailed;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!hasFailed)
            {
                hasFailed = true;
                throw new InvalidDataException("The log is broken.");
            }
        }
    }
}
