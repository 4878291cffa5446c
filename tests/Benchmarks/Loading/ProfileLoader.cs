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
/// Fills the tables of profiles and Redis with customers, far quicker than the front door would: what each customer's three first events come
/// to is decided and sealed by the product's own code, and a thousand customers are written per transaction. The events themselves are not
/// kept, so these customers have profiles and no history.
/// </summary>
internal sealed class ProfileLoader(LoaderServices services)
{
    private const int PerTransaction = 1000;
    private const int PerScript = 100;

    /// <summary>Loads customers 0 to <paramref name="count"/> - 1.</summary>
    public async Task LoadAsync(int count, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var cacheKey = await services.Keys.CurrentAsync(KeyPurpose.Cache, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(PerTransaction), options, async (customers, token) =>
        {
            var profiles = Array.ConvertAll(customers, Introduce);
            await Task.WhenAll(WriteAsync(profiles, token), PublishAsync(profiles, cacheKey));
        });
        await using var tidy = services.Database.CreateCommand("vacuum (analyze) profiles, identities, data_keys");
        tidy.CommandTimeout = 0;
        await tidy.ExecuteNonQueryAsync(cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  loaded {count} profiles in {seconds:0.0} s"));
    }

    private LoadedCustomer Introduce(int customer)
    {
        var now = TimeProvider.System.GetUtcNow();
        var events = services.Read(Customers.Introductions(customer), now);
        var owner = Guid.CreateVersion7(now);
        var owners = events.SelectMany(read => read.Identities).Select(identity => identity.Id).Distinct().ToDictionary(id => id, _ => owner);
        var traits = services.Workspace.Traits;
        var outcome = ApplyEvents.Decide([ProfileState.Fresh(owner, now)], owners, events, traits, now, () => Guid.CreateVersion7(now));
        var document = ProfileView.Build(outcome.States.Single(), traits, now);
        var (key, row) = services.Keys.NewProfileKey();
        return new(new ProfileToSave(outcome.States.Single(), key, ProfileView.Plain(document, traits)), row, document, owners);
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

    private Task<RedisResult[]> PublishAsync(LoadedCustomer[] customers, DataKey cacheKey) => Task.WhenAll(customers.Chunk(PerScript).Select(part =>
        services.Fresh.StartWrite(services.Redis.GetDatabase(), Array.ConvertAll(part, customer => customer.Document), [], cacheKey)));

    /// <summary>A customer, ready to be written.</summary>
    private sealed record LoadedCustomer(ProfileToSave Profile, WrappedKey Key, ProfileDocument Document, IReadOnlyDictionary<Guid, Guid> Identities);
}
