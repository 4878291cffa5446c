using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Provisioning;
using Aspire.Hosting.Running;
using StackExchange.Redis;

namespace Aspire.Hosting.Servers;

/// <summary>Redis as a cache: in memory only, unless persistence was asked for.</summary>
internal sealed class RedisServer(RedisResource resource) : ServerKind
{
    public override ServerSoftware Software => ServerSoftware.Redis;

    public override async Task<ChildStart> PrepareAsync(ServerContext context, CancellationToken cancellationToken)
    {
        var password = resource.PasswordParameter is { } parameter ? await parameter.GetValueAsync(cancellationToken) : null;
        var configuration = Path.Combine(context.Home, "redis.conf");
        context.Data.WritePrivate(configuration, Configuration(context, password));
        return new ChildStart(context.Installation.Program("redis-server"), [configuration, .. context.Arguments], context.Home)
        {
            Environment = context.FullEnvironment(),
            RunAs = context.Data.ServerUser,
        };
    }

    // Redis marks warnings with '#': "1234:M 01 Jan 2026 12:00:00.000 # text".
    public override bool IsNoteworthy(string line) => line.Contains(" # ", StringComparison.Ordinal)
        && !line.Contains("WARNING Memory overcommit", StringComparison.Ordinal)
        && !line.Contains("Redis is now ready to exit", StringComparison.Ordinal);

    public override AllocatedEndpoint Address(EndpointAnnotation endpoint, string connectionString) =>
        ConfigurationOptions.Parse(connectionString).EndPoints.FirstOrDefault() switch
        {
            System.Net.DnsEndPoint dns => new AllocatedEndpoint(endpoint, dns.Host, dns.Port == 0 ? 6379 : dns.Port),
            System.Net.IPEndPoint ip => new AllocatedEndpoint(endpoint, ip.Address.ToString(), ip.Port == 0 ? 6379 : ip.Port),
            _ => throw new DistributedApplicationException(
                $"The connection string of '{resource.Name}' has no address, for example localhost:6379."),
        };

    private string Configuration(ServerContext context, string? password)
    {
        var persistence = resource.TryGetLastAnnotation<PersistenceAnnotation>(out var kept)
            ? string.Create(CultureInfo.InvariantCulture, $"save {(long)kept.Interval.TotalSeconds} {kept.KeysChangedThreshold}")
            : "save \"\"";
        return $"""
            port {context.Port.ToString(CultureInfo.InvariantCulture)}
            bind 127.0.0.1
            protected-mode yes
            daemonize no
            appendonly no
            {persistence}
            dir "{context.Home}"
            {(string.IsNullOrEmpty(password) ? "" : $"requirepass \"{Escape(password)}\"")}

            """;
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}

internal sealed class PersistenceAnnotation(TimeSpan interval, long keysChangedThreshold) : IResourceAnnotation
{
    public TimeSpan Interval { get; } = interval;

    public long KeysChangedThreshold { get; } = keysChangedThreshold;
}
