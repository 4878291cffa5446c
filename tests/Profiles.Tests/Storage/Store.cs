using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Ignoring;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Freshet.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Freshet.Profiles.Tests.Storage;

/// <summary>The module on a database of its own, with a clock that stands still. Background services do not run.</summary>
internal sealed class Store : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Among the settings: ignored fields are noticed, as Processing does.</summary>
    public const string TellsIgnoredFields = "tells-ignored-fields";

    private readonly ServiceProvider services;

    private Store(TestDatabase database, ServiceProvider services, FakeTimeProvider time)
    {
        Database = database;
        this.services = services;
        Time = time;
    }

    public TestDatabase Database { get; }

    public FakeTimeProvider Time { get; }

    public string DatabaseName => new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database!;

    public NpgsqlDataSource DataSource => Get<NpgsqlDataSource>();

    public static async Task<Store> CreateAsync(string? redis = null, Dictionary<string, string?>? settings = null)
    {
        var database = await TestDatabase.CreateAsync();
        var store = Build(database, redis, settings);
        await store.DefineAsync(Shop.Traits);
        return store;
    }

    /// <summary>Another host on the same servers.</summary>
    public async Task<Store> AnotherHostAsync(string? redis = null, Dictionary<string, string?>? settings = null)
    {
        var other = Build(Database, redis, settings, Time);
        await other.Get<WorkspaceFeed>().RefreshAsync(CancellationToken.None);
        return other;
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public async Task DefineAsync(IReadOnlyList<TraitDefinition> traits)
    {
        await Database.ExecuteAsync("delete from traits; insert into workspace (version, checksum) values (1, '') on conflict (one) do update set version = workspace.version + 1");
        for (var i = 0; i < traits.Count; i++)
        {
            await using var insert = Database.DataSource.CreateCommand("insert into traits (name, ordinal, definition) values ($1, $2, $3::jsonb)");
            insert.Parameters.Add(new() { Value = traits[i].Name });
            insert.Parameters.Add(new() { Value = i });
            insert.Parameters.Add(new() { Value = DefinitionJson.Write(traits[i]) });
            await insert.ExecuteNonQueryAsync();
        }

        await Get<WorkspaceFeed>().RefreshAsync(CancellationToken.None);
    }

    public Task<AppendResult> AppendAsync(params IEnumerable<RawEvent> events) => Get<EventLog>().AppendAsync(Batch(events), CancellationToken.None);

    public EventBatch Batch(params IEnumerable<RawEvent> events) => new() { BatchId = Guid.CreateVersion7(Time.GetUtcNow()), Events = [.. events] };

    /// <summary>As the saga does it: the whole transaction again after a conflict.</summary>
    public async Task<ApplyBatchResult> ApplyAsync(Guid batchId)
    {
        while (true)
        {
            try
            {
                await using var session = await ProfileSession.OpenAsync(DataSource, CancellationToken.None);
                var result = await Get<BatchApplication>().ApplyAsync(session, batchId, CancellationToken.None);
                await session.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (Exception failure) when (StoreErrors.IsConflict(failure))
            {
                Conflicts++;
            }
        }
    }

    public int Conflicts { get; private set; }

    public async Task<ApplyBatchResult> AppendAndApplyAsync(params IEnumerable<RawEvent> events) =>
        await ApplyAsync((await AppendAsync(events)).Position.BatchId);

    public async Task ParkAsync(Guid batchId, string code = "apply.failed")
    {
        await using var session = await ProfileSession.OpenAsync(DataSource, CancellationToken.None);
        var failure = new ApplyFailure("apply", code, "Mend it.", "f-" + code);
        (await Get<BatchApplication>().ParkAsync(session, batchId, failure, CancellationToken.None)).ShouldBeTrue();
        await session.CommitAsync(CancellationToken.None);
    }

    public IdentityKey Identity(string identityNamespace, string value)
    {
        var canonical = CanonicalIdentity.Of(identityNamespace, value).ShouldNotBeNull();
        return new IdentityKey(Get<IdentityIndex>().Of(identityNamespace, canonical), identityNamespace, canonical);
    }

    public async Task<ProfileDocument?> StoredAsync(string identityNamespace, string value) =>
        (await Get<StoredProfiles>().ReadAsync([new ProfileKey.ByIdentity(Identity(identityNamespace, value))], CancellationToken.None))[0];

    /// <summary>All counters of the ledger in one line; fails if it does not close.</summary>
    public async Task<string> LedgerAsync()
    {
        var entries = await Get<LedgerReader>().ListAsync(null, Start.AddYears(-1), Start.AddYears(1), CancellationToken.None);
        entries.ShouldAllBe(entry => entry.Residue == 0);
        return $"received {entries.Sum(entry => entry.Received)} = applied {entries.Sum(entry => entry.Applied)} + duplicate {entries.Sum(entry => entry.Duplicate)}"
            + $" + filtered {entries.Sum(entry => entry.Filtered)} + parked {entries.Sum(entry => entry.Parked)} + waiting {entries.Sum(entry => entry.Waiting)}";
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static Store Build(TestDatabase database, string? redis, Dictionary<string, string?>? settings, FakeTimeProvider? time = null)
    {
        time ??= new FakeTimeProvider(Start);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:freshet"] = database.ConnectionString,
            ["ConnectionStrings:redis"] = redis,
            ["Sealing:KeyEncryptionKey"] = "a secret of the tests, which is long enough",
            ["Sealing:IdentityIndexKey"] = "another secret of the tests, also long enough",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddProfilesStore();
        if (redis is not null)
        {
            builder.AddFreshProfiles();
        }

        if (settings?.ContainsKey(TellsIgnoredFields) == true)
        {
            builder.Services.AddSingleton<IgnoredFieldTally>();
        }

        return new Store(database, builder.Services.BuildServiceProvider(validateScopes: true), time);
    }
}
