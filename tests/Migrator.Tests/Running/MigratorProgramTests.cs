using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Freshet.Migrator.Running;
using Freshet.Profiles.Sealing;
using Freshet.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Freshet.Migrator.Tests.Running;

public sealed class MigratorProgramTests : IAsyncLifetime
{
    private static readonly string Workspace = Path.Combine(AppContext.BaseDirectory, "workspace");
    private const string FirstSecret = "the-first-secret-that-wraps-the-data-keys";
    private const string SecondSecret = "the-second-secret-that-wraps-the-data-keys";
    private readonly StringWriter output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter error = new(CultureInfo.InvariantCulture);
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateEmptyAsync();

    public async ValueTask DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task A_first_run_prepares_everything_and_a_second_finds_nothing_to_do()
    {
        (await MigrateAsync()).ShouldBe(0, error.ToString());
        Lines(output).ShouldBe(
        [
            "schema     0001_core.sql, 0002_partitions.sql, 0003_refused.sql, 0004_rejected.sql, 0005_sealed_columns.sql, 0006_mappings.sql, 0007_overrides.sql, 0008_enrichments.sql, 0009_ignored_fields.sql, 0010_http_enrichments.sql applied, now version 10",
            "partitions 15 made",
            "keys       none yet",
            "workspace  21 traits, 2 sources, applied as version 1",
            "broker     6 queues declared",
        ]);

        output.GetStringBuilder().Clear();
        (await MigrateAsync()).ShouldBe(0);
        Lines(output).ShouldBe(
        [
            "schema     up to date, version 10",
            "partitions all there",
            "keys       none yet",
            "workspace  21 traits, 2 sources, unchanged, version 1",
            "broker     6 queues declared",
        ]);
        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_workspace_with_errors_stops_it_before_any_server_is_touched()
    {
        using var folder = new Workspaces.WorkspaceFolder();
        folder.Write("traits.yaml", "traits:\n  - { name: A, type: x }\n");

        (await MigrateAsync($"--Workspace:Path={folder.Path}")).ShouldBe(1);

        output.ToString().ShouldBeEmpty();
        error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(5);
        error.ToString().ShouldContain($"{folder.Path}/traits.yaml(2,13): 'A' is no name for a trait; write it in snake case, like a");
        error.ToString().ShouldEndWith("4 error(s) in the workspace; nothing was changed\n");
        (await database.ScalarAsync<bool>("select to_regclass('schema_journal') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task Missing_configuration_is_named_all_at_once()
    {
        (await RunAsync()).ShouldBe(1);

        Lines(error).ShouldBe(
        [
            "ConnectionStrings:freshet is not set; set ConnectionStrings__freshet, like Host=localhost;Database=freshet;Username=postgres;Password=...",
            "ConnectionStrings:rabbitmq is not set; set ConnectionStrings__rabbitmq, like amqp://guest:...@localhost:5672",
            "Workspace:Path is not set; set Workspace__Path to a folder with traits.yaml and sources/",
            "Sealing:KeyEncryptionKey is not set: it must be a secret text of at least 32 characters, for example the output of 'openssl rand -base64 32'",
            "Sealing:IdentityIndexKey is not set: it must be a secret text of at least 32 characters, for example the output of 'openssl rand -base64 32'",
        ]);
    }

    [Fact]
    public async Task It_waits_for_a_server_as_long_as_its_patience_lasts_and_says_so()
    {
        var port = FreePort();

        (await MigrateAsync($"--ConnectionStrings:freshet=Host=127.0.0.1;Port={port};Username=x;Database=y", "--Migrator:Patience=00:00:00.6")).ShouldBe(1);

        Lines(output).ShouldBe([$"waiting for PostgreSQL at 127.0.0.1:{port}: Connection refused"]);
        error.ToString().ShouldBe($"PostgreSQL at 127.0.0.1:{port} did not answer within 1 s: Connection refused. Start it, or correct its connection string.\n");
    }

    [Fact]
    public async Task It_waits_for_the_broker_too()
    {
        var port = FreePort();

        (await MigrateAsync($"--ConnectionStrings:rabbitmq=amqp://guest:x@127.0.0.1:{port}", "--Migrator:Patience=00:00:00.3")).ShouldBe(1);

        output.ToString().ShouldContain($"waiting for RabbitMQ at 127.0.0.1:{port}: Connection refused");
        error.ToString().ShouldStartWith($"RabbitMQ at 127.0.0.1:{port} did not answer within 0 s");
    }

    [Fact]
    public async Task A_wrong_password_is_no_reason_to_wait()
    {
        var broker = new Uri(await RealServices.RabbitMqAsync());

        (await MigrateAsync($"--ConnectionStrings:rabbitmq=amqp://guest:wrong@{broker.Host}:{broker.Port}")).ShouldBe(1);

        error.ToString().ShouldBe($"RabbitMQ at {broker.Host}:{broker.Port} refuses this Migrator's user name or password. Correct ConnectionStrings:rabbitmq.\n");
    }

    [Fact]
    public async Task When_the_secret_changed_every_key_is_wrapped_anew_and_the_former_secret_is_needed_for_that()
    {
        await MigrateAsync();
        var first = await MakeKeysAsync(FirstSecret);

        (await MigrateAsync($"--Sealing:KeyEncryptionKey={SecondSecret}")).ShouldBe(1);
        error.ToString().ShouldStartWith("2 data keys are wrapped by a secret that is neither Sealing:KeyEncryptionKey nor");

        output.GetStringBuilder().Clear();
        (await MigrateAsync($"--Sealing:KeyEncryptionKey={SecondSecret}", $"--Sealing:PreviousKeyEncryptionKey={FirstSecret}")).ShouldBe(0);
        Lines(output).ShouldContain("keys       2 wrapped anew, 0 already were");

        (await Ring(SecondSecret).GetAsync(first, default)).Id.ShouldBe(first);
        output.GetStringBuilder().Clear();
        (await MigrateAsync($"--Sealing:KeyEncryptionKey={SecondSecret}")).ShouldBe(0);
        Lines(output).ShouldContain("keys       wrapped by the current secret");
    }

    [Fact]
    public async Task Rotating_keys_is_also_a_command()
    {
        await MigrateAsync();
        await MakeKeysAsync(FirstSecret);
        output.GetStringBuilder().Clear();

        (await MigrateAsync("rotate-keys", $"--Sealing:KeyEncryptionKey={SecondSecret}", $"--Sealing:PreviousKeyEncryptionKey={FirstSecret}")).ShouldBe(0);

        Lines(output).ShouldBe(["keys       2 wrapped anew, 0 already were"]);
    }

    [Fact]
    public async Task Stopping_it_while_it_waits_is_no_crash()
    {
        using var stop = new CancellationTokenSource();
        using var watching = new StopWhenWritten(stop);

        var code = await new MigratorProgram(watching, error).RunAsync(
            await ArgumentsAsync($"--ConnectionStrings:freshet=Host=127.0.0.1;Port={FreePort()};Username=x;Database=y", "--Migrator:Patience=01:00:00"), stop.Token);

        code.ShouldBe(1);
        error.ToString().ShouldBe("stopped before it was done; start it again\n");
    }

    [Fact]
    public async Task Checking_a_workspace_needs_no_server_and_no_secrets()
    {
        (await RunAsync("check-workspace", Workspace)).ShouldBe(0);

        Lines(output).ShouldBe(
        [
            "not checked, since they are not set here: parameters demo-webhook-secret, demo-write-key",
            "workspace is valid: 21 traits, 2 sources",
        ]);
    }

    [Fact]
    public async Task Checking_a_workspace_prints_every_error()
    {
        (await RunAsync("check-workspace", "/nowhere")).ShouldBe(1);

        error.ToString().ShouldStartWith("/nowhere(1,1): the workspace folder does not exist");
    }

    [Fact]
    public async Task A_mapping_is_tried_on_a_file_by_its_whole_path_too()
    {
        var sample = Path.GetTempFileName();
        var events = Path.ChangeExtension(sample, ".json");
        File.Move(sample, events);
        await File.WriteAllTextAsync(events, """{"type": "customer.deleted", "created": 1795428000, "data": {"object": {"id": "cus_1"}}}""");
        try
        {
            (await RunAsync("try-mapping", "stripe", events, $"--Workspace:Path={Workspace}")).ShouldBe(0);
        }
        finally
        {
            File.Delete(events);
        }

        output.ToString().ShouldContain("1 event(s), 0 would be parked");
    }

    [Fact]
    public async Task Help_goes_to_the_output_and_a_wrong_word_to_the_error_stream()
    {
        (await RunAsync("--help")).ShouldBe(0);
        output.ToString().ShouldContain("check-workspace <path>");

        (await RunAsync("rotate-kyes")).ShouldBe(2);
        (await RunAsync("check-workspace")).ShouldBe(2);
        (await RunAsync("check-workspace", "a", "b")).ShouldBe(2);
        Lines(error).ShouldBe(
        [
            "there is no command 'rotate-kyes'; did you mean 'rotate-keys'?",
            "which folder? Write: migrator check-workspace <path>",
            "'b' is one word too many; see migrator --help",
        ]);
    }

    private async Task<int> MigrateAsync(params string[] more) => await RunAsync(await ArgumentsAsync(more));

    private async Task<string[]> ArgumentsAsync(params string[] more) =>
    [
        $"--ConnectionStrings:freshet={database.ConnectionString}",
        $"--ConnectionStrings:rabbitmq={await RealServices.RabbitMqAsync()}",
        $"--Workspace:Path={Workspace}",
        $"--Parameters:demo-webhook-secret={TestSecrets.DemoWebhookSecret}",
        $"--Parameters:demo-write-key={TestSecrets.DemoWriteKey}",
        $"--Sealing:KeyEncryptionKey={FirstSecret}",
        "--Sealing:IdentityIndexKey=an-index-key-that-is-long-enough-for-it",
        .. more,
    ];

    // A batch and a cache key, as hosts make them.
    private async Task<Guid> MakeKeysAsync(string secret)
    {
        using var ring = Ring(secret);
        await ring.CurrentAsync(KeyPurpose.Cache, default);
        return (await ring.CurrentAsync(KeyPurpose.Batch, default)).Id;
    }

    private KeyRing Ring(string secret)
    {
        var options = Options.Create(new SealingOptions { KeyEncryptionKey = secret, IdentityIndexKey = secret });
        return new KeyRing(database.DataSource, new KeyEncryptionKeys(options), options, TimeProvider.System, NullLogger<KeyRing>.Instance);
    }

    private Task<int> RunAsync(params string[] arguments) =>
        new MigratorProgram(output, error).RunAsync(arguments, TestContext.Current.CancellationToken);

    // Without the milliseconds, which differ.
    private static IEnumerable<string> Lines(StringWriter text) =>
        text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.EndsWith(" ms)", StringComparison.Ordinal) ? line[..line.LastIndexOf(" (", StringComparison.Ordinal)] : line);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class StopWhenWritten(CancellationTokenSource stop) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Task WriteLineAsync(string? value) => stop.CancelAsync();
    }
}
