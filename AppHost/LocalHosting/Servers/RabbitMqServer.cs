using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Provisioning;
using Aspire.Hosting.Running;

namespace Aspire.Hosting.Servers;

/// <summary>
/// RabbitMQ with everything of its own: name server (epmd) and its port, distribution port, cookie, node directories. So
/// several can run on one machine, and nothing of Erlang stays behind: an epmd that Erlang starts by itself would.
/// </summary>
internal sealed class RabbitMqServer(RabbitMQServerResource resource) : ServerKind
{
    // Schedulers that spin while idle would take the processor from the services on a small machine.
    private const string NoBusyWait = "+sbwt none +sbwtdcpu none +sbwtdio none";

    private int? _epmdPort;
    private int? _distributionPort;

    public override ServerSoftware Software => ServerSoftware.RabbitMq;

    public override async Task<ChildStart> PrepareAsync(ServerContext context, CancellationToken cancellationToken)
    {
        _epmdPort ??= context.Ports.Next();
        _distributionPort ??= context.Ports.Next();
        await WriteConfigurationAsync(context, cancellationToken);
        var environment = Environment(context);
        context.StartCompanion(new ChildStart(
            Epmd(context), ["-port", Text(_epmdPort.Value), "-address", "127.0.0.1"], context.Home)
        {
            Environment = environment,
            RunAs = context.Data.ServerUser,
            StopTimeout = TimeSpan.FromSeconds(2),
        });
        return new ChildStart(context.Installation.Program("rabbitmq-server"), context.Arguments, context.Home)
        {
            Environment = environment,
            RunAs = context.Data.ServerUser,
            StopTimeout = StopTime,
        };
    }

    public override bool IsNoteworthy(string line) => line.Contains("[warning]", StringComparison.Ordinal)
        || line.Contains("[error]", StringComparison.Ordinal) || line.Contains("[critical]", StringComparison.Ordinal);

    public override GivenServer Parse(string connectionString)
    {
        var uri = new Uri(connectionString);
        var user = uri.UserInfo.Split(':', 2);
        return new GivenServer(
            uri.Host,
            uri.Port > 0 ? uri.Port : 5672,
            Uri.UnescapeDataString(user[0]),
            user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null);
    }

    private static string Epmd(ServerContext context) => context.Installation.Find("epmd") ?? "epmd";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Dictionary<string, string> Environment(ServerContext context)
    {
        var result = context.FullEnvironment();
        result["ERL_EPMD_PORT"] = Text(_epmdPort!.Value);
        result["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        result["RABBITMQ_NODENAME"] = $"{resource.Name}@localhost";
        result["RABBITMQ_DIST_PORT"] = Text(_distributionPort!.Value);
        result["RABBITMQ_MNESIA_BASE"] = context.Data.Of(context.ResourceName, "mnesia");
        result["RABBITMQ_LOG_BASE"] = context.Data.Of(context.ResourceName, "log");
        result["RABBITMQ_LOGS"] = "-";
        result["RABBITMQ_CONFIG_FILE"] = Path.Combine(context.Home, "rabbitmq.conf");
        result["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(context.Home, "advanced.config");
        result["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(context.Home, "rabbitmq-env.conf");
        result["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(context.Home, "enabled_plugins");
        result["RABBITMQ_GENERATED_CONFIG_DIR"] = context.Data.Of(context.ResourceName, "generated");
        result["RABBITMQ_PID_FILE"] = Path.Combine(context.Home, "pid");
        result["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            $"-kernel inet_dist_use_interface {{127,0,0,1}} -start_epmd false -noinput {NoBusyWait}";
        // The start script then becomes the Erlang machine, instead of waiting beside it: one process to signal.
        result["RABBITMQ_ALLOW_INPUT"] = "true";
        return result;
    }

    private async Task WriteConfigurationAsync(ServerContext context, CancellationToken cancellationToken)
    {
        var user = await resource.UserNameReference.GetValueAsync(cancellationToken) ?? "guest";
        var password = await resource.PasswordParameter.GetValueAsync(cancellationToken) ?? "";
        var definitions = Path.Combine(context.Home, "definitions.json");
        var management = resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.Name == "management");
        context.Data.WritePrivate(definitions, Definitions(user, password));
        context.Data.WritePrivate(Path.Combine(context.Home, "rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{Text(context.Port)}
            loopback_users = none
            load_definitions = {definitions}
            log.console = true
            log.console.level = info
            {(management?.AllocatedEndpoint is { } page ? $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {Text(page.Port)}" : "")}

            """);
        context.Data.WritePrivate(
            Path.Combine(context.Home, "enabled_plugins"), management is null ? "[].\n" : "[rabbitmq_management].\n");
        var cookie = Path.Combine(context.Home, ".erlang.cookie");
        if (!File.Exists(cookie))
        {
            context.Data.WritePrivate(cookie, RandomNumberGenerator.GetHexString(40));
        }
    }

    /// <summary>Read at every start, so that a changed password takes effect on old data as well.</summary>
    private static string Definitions(string user, string password) => JsonSerializer.Serialize(new
    {
        users = new[]
        {
            new
            {
                name = user,
                password_hash = PasswordHash(password),
                hashing_algorithm = "rabbit_password_hashing_sha256",
                tags = "administrator",
            },
        },
        vhosts = new[] { new { name = "/" } },
        permissions = new[] { new { user, vhost = "/", configure = ".*", write = ".*", read = ".*" } },
    });

    /// <summary>RabbitMQ's form: base64 of a 4-byte salt and the SHA-256 of salt and password.</summary>
    private static string PasswordHash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        byte[] hash = SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)]);
        return Convert.ToBase64String([.. salt, .. hash]);
    }
}
