using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Freshet.Testing;

/// <summary>
/// One PostgreSQL per test process: the one that <c>FRESHET_TEST_POSTGRES</c> (a connection string) names, else a private one from
/// this machine's binaries that ends with the process.
/// </summary>
public static class PostgresServer
{
    private static readonly Lazy<Task<string>> Server = new(StartAsync);

    public static Task<string> ConnectionStringAsync() => Server.Value;

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("FRESHET_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return given;
        }

        var folder = Directory.CreateTempSubdirectory("freshet-pg-").FullName;
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
        Run("chmod", "0777", folder).WaitForExit();
        await Run($"{binaries}/initdb", "-D", $"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync").WaitForExitAsync();

        var port = FreePort();
        var server = Run(
            $"{binaries}/postgres", "-D", $"{folder}/data", "-p", $"{port}", "-c", "listen_addresses=127.0.0.1",
            "-c", $"unix_socket_directories={folder}", "-c", "fsync=off", "-c", "max_connections=300");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(server, folder);
        var connectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
        await ReadyAsync(connectionString);
        return connectionString;
    }

    private static Process Run(string program, params string[] arguments)
    {
        string[] command = Environment.UserName == "root" && program.StartsWith('/')
            ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", program, .. arguments]
            : [program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task ReadyAsync(string connectionString)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var attempt = 0; attempt < 400; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException)
            {
                await timer.WaitForNextTickAsync();
            }
        }

        throw new InvalidOperationException("PostgreSQL did not start within 20 s.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Stop(Process server, string folder)
    {
        server.Kill(entireProcessTree: true);
        server.WaitForExit(5000);
        Directory.Delete(folder, recursive: true);
    }
}
