using System.Diagnostics;
using System.Globalization;
using Freshet.Benchmarks.Running;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Npgsql;
using StackExchange.Redis;

namespace Freshet.Benchmarks.Loading;

/// <summary>
/// Fills the tables of profiles and Redis with customers, far quicker than the front door would: what the three first events of some
/// customers come to is decided by the product's own code, the others are made after their model, each is sealed under a key of its own, and a
/// thousand are written per transaction. The events themselves are not
/// kept, so these customers have profiles and no history.
/// </summary>
internal sealed class ProfileLoader(LoaderServices services)
{
    private const int PerTransaction = 1000;
    private const int PerScript = 100;
    private const int Templates = 420;

    // While loading, a crash costs no more than loading again. Afterwards everything is as it was, and the measurement does not pay for it.
    private static readonly string[] Relax =
        ["alter system set full_page_writes = off", "alter system set max_wal_size = '16GB'", "select pg_reload_conf()"];

    private static readonly string[] Tidy =
    [
        "vacuum (analyze) profiles, identities, data_keys", "alter system reset full_page_writes", "alter system reset max_wal_size",
        "select pg_reload_conf()", "checkpoint",
    ];

    /// <summary>Loads customers 0 to <paramref name="count"/> - 1.</summary>
    public async Task LoadAsync(int count, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await ExecuteAsync(Relax, cancellationToken);
        var templates = Enumerable.Range(0, Math.Min(count, Templates)).Select(Decide).ToArray();
        var cacheKey = await services.Keys.CurrentAsync(KeyPurpose.Cache, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(PerTransaction), options, async (customers, token) =>
        {
            var profiles = Array.ConvertAll(customers, customer => Make(customer, templates[customer % templates.Length]));
            await Task.WhenAll(WriteAsync(profiles, token), PublishAsync(profiles, cacheKey));
        });
        await ExecuteAsync(Tidy, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  loaded {count} profiles in {seconds:0.0} s"));
    }

    private async Task ExecuteAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            await using var command = services.Database.CreateCommand(statement);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private CustomerTemplate Decide(int customer)
    {
        var now = TimeProvider.System.GetUtcNow();
        var events = services.Read(Customers.Introductions(customer), now);
        var owner = Guid.CreateVersion7(now);
        var owners = events.SelectMany(read => read.Identities).Select(identity => identity.Id).Distinct().ToDictionary(id => id, _ => owner);
        var traits = services.Workspace.Traits;
        var outcome = ApplyEvents.Decide([ProfileState.Fresh(owner, now)], owners, events, traits, now, () => Guid.CreateVersion7(now));
        var document = ProfileView.Build(outcome.States.Single(), traits, now);
        return new(outcome.States.Single(), document, ProfileView.Plain(document, traits));
    }

    private LoadedCustomer Make(int customer, CustomerTemplate template)
    {
        var profile = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var identities = services.IdentitiesOf(customer);
        var own = template.With(profile, identities);
        var (key, row) = services.Keys.NewProfileKey();
        return new(new ProfileToSave(own.State, key, own.Plain), row, own.Document, identities.ToDictionary(identity => identity.Id, _ => profile));
    }

    private async Task WriteAsync(LoadedCustomer[] customers, CancellationToken cancellationToken)
    {
        await using var connection = await services.Database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var keys = new NpgsqlBatchCommand(DataKeyRows.InsertSql);
        DataKeyRows.AddParameters(
            keys.Parameters,
            Array.ConvertAll(customers, customer => customer.Key),
            Array.ConvertAll(customers, customer => (Guid?)customer.Document.Id),
            TimeProvider.System.GetUtcNow());
        batch.BatchCommands.Add(keys);
        batch.BatchCommands.Add(ProfileRows.Insert(Array.ConvertAll(customers, customer => customer.Profile)));
        batch.BatchCommands.Add(IdentityRows.Claim(customers.SelectMany(customer => customer.Identities)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task PublishAsync(LoadedCustomer[] customers, DataKey cacheKey)
    {
        var epoch = await services.Fresh.EpochAsync(CancellationToken.None);
        var taken = await Task.WhenAll(customers.Chunk(PerScript).Select(part =>
            services.Fresh.StartWrite(services.Redis.GetDatabase(), Array.ConvertAll(part, customer => customer.Document), [], epoch, cacheKey)));
        if (taken.Contains(false))
        {
            throw new InvalidOperationException("Redis lost what it had while profiles were being loaded.");
        }
    }

    /// <summary>A customer, ready to be written.</summary>
    private sealed record LoadedCustomer(ProfileToSave Profile, WrappedKey Key, ProfileDocument Document, IReadOnlyDictionary<Guid, Guid> Identities);
}
