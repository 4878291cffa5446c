using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Provisioning;
using Aspire.Hosting.Running;
using Npgsql;

namespace Aspire.Hosting.Servers;

/// <summary>PostgreSQL: initdb once, then <c>postgres</c> on one loopback port, passwords by scram-sha-256, durable as shipped.</summary>
internal sealed class PostgresServer(PostgresServerResource resource) : ServerKind
{
    private static readonly string[] Noteworthy = ["WARNING:", "ERROR:", "FATAL:", "PANIC:"];

    public override ServerSoftware Software => ServerSoftware.PostgreSql;

    // For one machine's worth of memory. Durability stays as PostgreSQL ships it: fsync, synchronous_commit and full_page_writes are on. Rows with random
    // keys make every first touch of a page after a checkpoint write the whole page to the log, so checkpoints are rarer and pages compressed.
    private static string[] Tuning =>
    [
        "-c", "shared_buffers=256MB", "-c", "max_wal_size=2GB", "-c", "checkpoint_timeout=15min", "-c", "wal_compression=on", "-c", "wal_buffers=16MB",
        "-c", "random_page_cost=1.1", "-c", "effective_io_concurrency=100",
    ];

    public override async Task<ChildStart> PrepareAsync(ServerContext context, CancellationToken cancellationToken)
    {
        var data = Path.Combine(context.Home, "data");
        var user = await resource.UserNameReference.GetValueAsync(cancellationToken) ?? "postgres";
        var password = await resource.PasswordParameter.GetValueAsync(cancellationToken) ?? "";
        if (!Directory.Exists(data))
        {
            await InitializeAsync(context, data, user, password, cancellationToken);
        }

        RemoveStaleLock(data);
        await PostgresPassword.ApplyAsync(context, data, user, password, cancellationToken);
        string[] arguments =
        [
            "-D", data, "-c", "listen_addresses=127.0.0.1", "-c", $"port={context.Port.ToString(CultureInfo.InvariantCulture)}",
            "-c", "unix_socket_directories=", "-c", "max_connections=300", "-c", "jit=off",
            "-c", "timezone=UTC", "-c", "log_timezone=UTC", .. Tuning, .. context.Arguments,
        ];
        return new ChildStart(context.Installation.Program("postgres"), arguments, context.Home)
        {
            Environment = context.FullEnvironment(),
            RunAs = context.Data.ServerUser,
            // INT: end sessions, write a checkpoint, stop. QUIT, when AppHost was killed: stop now, recover at the next start.
            StopSignal = Unix.SigInt,
            ReaperSignal = "QUIT",
            StopTimeout = StopTime,
        };
    }

    public override bool IsNoteworthy(string line) => Noteworthy.Any(line.Contains);

    public override GivenServer Parse(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return new GivenServer(parts.Host ?? "localhost", parts.Port, parts.Username, parts.Password);
    }

    /// <summary>Into a draft directory that is renamed at the end: a half-made cluster is never used.</summary>
    private static async Task InitializeAsync(
        ServerContext context, string data, string user, string password, CancellationToken cancellationToken)
    {
        var draft = data + ".new";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        var passwordFile = Path.Combine(context.Home, "password");
        context.Data.WritePrivate(passwordFile, password + "\n");
        try
        {
            string[] arguments =
            [
                "--pgdata", draft, "--username", user, "--pwfile", passwordFile, "--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C",
            ];
            await ChildProcess.RunAsync(
                new ChildStart(context.Installation.Program("initdb"), arguments, context.Home)
                {
                    Environment = context.FullEnvironment(),
                    RunAs = context.Data.ServerUser,
                },
                cancellationToken);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        PostgresPassword.Remember(context, password);
        Directory.Move(draft, data);
    }

    /// <summary>
    /// After <c>kill -9</c> the lock file names a process that is gone, or by now another program, which would refuse the
    /// start. AppHost's own lock on the data directory is what keeps two servers apart.
    /// </summary>
    private static void RemoveStaleLock(string data) => File.Delete(Path.Combine(data, "postmaster.pid"));
}
