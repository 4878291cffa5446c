using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting.Provisioning;
using Freshet.Benchmarks.Running;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Freshet.Benchmarks.Pipeline;

/// <summary>
/// PostgreSQL alone, driven by its own <c>pgbench</c>: transactions that insert 100 events and update the jsonb of 100 random profiles. In a
/// database of its own on the server that Freshet uses, with as many profiles.
/// </summary>
internal sealed partial class PgBench(Lab lab, int profiles, DirectoryInfo files)
{
    private const int RowsPerTransaction = 100;

    private const string Schema =
        """
        create table profiles (profile_id bigint primary key, version bigint not null, updated_at timestamptz not null, traits jsonb not null) with (fillfactor = 85);
        create table events (event_id uuid primary key, profile_id bigint not null, received_at timestamptz not null, type text not null, raw jsonb not null);
        insert into profiles
        select n, 1, now(), jsonb_build_object(
          'locale', 'en-US', 'country', 'DE', 'plan', 'gold', 'marketing_opt_in', n % 2 = 0, 'loyalty_points', n % 5000, 'favorite_categories', '["shoes","books"]'::jsonb,
          'cart_items', n % 7, 'cart_value', n % 300, 'orders_count', 1, 'lifetime_value', n % 200, 'last_order_total', n % 200, 'last_order_at', now(), 'last_page', '/home')
        from generate_series(1, @profiles) n;
        vacuum (analyze) profiles;
        """;

    // In order of their ids, so that two clients never wait for each other in a circle.
    private const string Script =
        """
        begin;
        insert into events
        select gen_random_uuid(), 1 + (random() * (@profiles - 1))::bigint, now(), 'order.completed', jsonb_build_object('order_id', n, 'total', 12.50, 'currency', 'USD')
        from generate_series(1, 100) n;
        update profiles p
        set version = version + 1, updated_at = now(),
            traits = traits || jsonb_build_object('orders_count', version, 'lifetime_value', version * 12.5, 'last_order_total', 12.5, 'last_order_at', now())
        from (select distinct 1 + (random() * (@profiles - 1))::bigint as profile_id from generate_series(1, 100) order by 1) chosen
        where p.profile_id = chosen.profile_id;
        commit;
        """;

    /// <summary>Makes the tables, unless an earlier run has.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(ScriptPath, Filled(Script), cancellationToken);
        var (connection, isNew) = await ReferenceDatabase.OpenAsync(lab, cancellationToken);
        if (!isNew)
        {
            return;
        }

        await using var database = NpgsqlDataSource.Create(connection);
        foreach (var statement in Filled(Schema).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using var command = database.CreateCommand(statement);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Runs for so long and says how many events per second were inserted, each with its profile's update.</summary>
    public async Task<double> RunAsync(int seconds, CancellationToken cancellationToken)
    {
        var installation = await lab.Installation.App.Services.GetRequiredService<ServerPrograms>()
            .FindAsync(ServerSoftware.PostgreSql, "postgres", _ => { }, cancellationToken);
        var (server, _) = await ReferenceDatabase.OpenAsync(lab, cancellationToken);
        string[] arguments =
        [
            "-n", "-M", "prepared", "-c", "4", "-j", "2", "--max-tries", "10", "-T", seconds.ToString(CultureInfo.InvariantCulture), "-f", ScriptPath,
            "-h", server.Host!, "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-U", server.Username!, server.Database!,
        ];
        var start = new ProcessStartInfo(installation.Program("pgbench"), arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var (name, value) in installation.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["PGPASSWORD"] = server.Password;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return Rate().Match(output) is { Success: true } rate
            ? double.Parse(rate.Groups["tps"].ValueSpan, CultureInfo.InvariantCulture) * RowsPerTransaction
            : throw new InvalidOperationException($"pgbench ended with code {process.ExitCode} and gave no rate:\n{output}");
    }

    private string ScriptPath => Path.Combine(files.FullName, "reference.sql");

    private string Filled(string sql) => sql.Replace("@profiles", profiles.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    [GeneratedRegex(@"^tps = (?<tps>[0-9.]+) \(without initial connection time\)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Rate();
}
