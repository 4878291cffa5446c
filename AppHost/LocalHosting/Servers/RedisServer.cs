using System.Globalization;
using System.Net;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Provisioning;
using Aspire.Hosting.Running;
using StackExchange.Redis;

namespace Aspire.Hosting.Servers;

/// <summary>Redis as a cache: in memory only, unless persistence was asked for.</summary>
internal sealed class RedisServer(RedisResource resource) : ServerKind
{
    private static readonly string[] Greetings =
    [
        "oO0OoO0OoO0Oo", "Redis version=", "Configuration loaded", "Server initialized", "WARNING Memory overcommit",
        "User requested shutdown", "Redis is now ready to exit",
    ];

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

    // Redis marks warnings with '#' ("1234:M 01 Jan 2026 12:00:00.000 # text"), but also its greetings and its good-bye.
    public override bool IsNoteworthy(string line) => line.Contains(" # ", StringComparison.Ordinal)
        && !Greetings.Any(greeting => line.Contains(greeting, StringComparison.Ordinal));

    public override GivenServer Parse(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        var (host, port) = options.EndPoints.FirstOrDefault() switch
        {
            DnsEndPoint dns => (dns.Host, dns.Port),
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            _ => throw new DistributedApplicationException(
                $"The connection string of '{resource.Name}' has no address, for example localhost:6379."),
        };
        return new GivenServer(host, port == 0 ? 6379 : port, options.User, options.Password);
    }

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
