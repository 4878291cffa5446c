using System.Text;
using Freshet.Benchmarks.Running;
using Freshet.Profiles;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StackExchange.Redis;

namespace Freshet.Benchmarks.Loading;

/// <summary>The module Profiles in this process, on the stores of a <see cref="Lab"/>.</summary>
internal sealed class LoaderServices : IAsyncDisposable
{
    private readonly IHost host;
    private readonly IdentityIndex index;

    private LoaderServices(IHost host)
    {
        this.host = host;
        index = host.Services.GetRequiredService<IdentityIndex>();
    }

    public NpgsqlDataSource Database => host.Services.GetRequiredService<NpgsqlDataSource>();

    public IConnectionMultiplexer Redis => host.Services.GetRequiredService<IConnectionMultiplexer>();

    public KeyRing Keys => host.Services.GetRequiredService<KeyRing>();

    public FreshProfiles Fresh => host.Services.GetRequiredService<FreshProfiles>();

    public Workspace Workspace => host.Services.GetRequiredService<WorkspaceFeed>().Current;

    public static async Task<LoaderServices> StartAsync(Lab lab, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            // The loader keeps nothing that it could not load again.
            ["ConnectionStrings:freshet"] = $"{await lab.ConnectionStringAsync("freshet", cancellationToken)};Options=-c synchronous_commit=off",
            ["ConnectionStrings:redis"] = await lab.ConnectionStringAsync("redis", cancellationToken),
            // The loader's first question comes before the connection is warm, and has time.
            ["Freshness:ReadBudget"] = "00:00:09",
            ["Sealing:KeyEncryptionKey"] = Lab.KeyEncryptionKey,
            ["Sealing:IdentityIndexKey"] = Lab.IdentityIndexKey,
        });
        builder.AddProfilesStore().AddFreshProfiles();
        var started = builder.Build();
        await started.StartAsync(cancellationToken);
        await started.Services.GetRequiredService<WorkspaceFeed>().LoadedAsync(cancellationToken);
        return new LoaderServices(started);
    }

    /// <summary>The identities that a customer's introduction names.</summary>
    public IReadOnlyList<IdentityKey> IdentitiesOf(int customer)
    {
        return [Key(IdentityNamespaces.UserId, Customers.UserId(customer)), Key(IdentityNamespaces.Email, Customers.Email(customer))];

        IdentityKey Key(string kind, string value) => new(index.Of(kind, value), kind, value);
    }

    /// <summary>Tracking calls as events that are understood.</summary>
    public CanonicalEvent[] Read(IReadOnlyList<string> calls, DateTimeOffset now)
    {
        var source = Workspace.Sources["app"];
        return [.. calls.Select((call, ordinal) => ReadEvent.Decide(Raw(call, ordinal), source, Workspace.Traits, index.Of) switch
        {
            ReadResult.Read read => read.Event,
            var other => throw new InvalidOperationException($"An introduction was not understood: {other}."),
        })];

        RawEvent Raw(string call, int ordinal)
        {
            var message = $"{Guid.CreateVersion7(now):N}.{ordinal}";
            return new RawEvent
            {
                EventId = EventIds.From(source.Id, message),
                SourceId = source.Id,
                MessageId = message,
                ReceivedAt = now,
                Format = RawEventFormat.Tracking,
                Body = Encoding.UTF8.GetBytes(call),
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
