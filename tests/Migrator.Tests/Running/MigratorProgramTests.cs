using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Freshet.Migrator.Running;
using Freshet.Testing;

namespace Freshet.Migrator.Tests.Running;

public sealed class MigratorProgramTests : IAsyncLifetime
{
    private static readonly string Workspace = Path.Combine(AppContext.BaseDirectory, "workspace");
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
            "schema     0001_core.sql, 0002_partitions.sql applied, now version 2",
            "partitions 15 made",
            "workspace  21 traits, 2 sources, applied as version 1",
            "broker     6 queues declared",
        ]);

        output.GetStringBuilder().Clear();
        (await MigrateAsync()).ShouldBe(0);
        Lines(output).ShouldBe(
        [
            "schema     up to date, version 2",
            "partitions all there",
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

    private async Task<int> MigrateAsync(params string[] more) => await RunAsync(
    [
        $"--ConnectionStrings:freshet={database.ConnectionString}",
        $"--ConnectionStrings:rabbitmq={await RealServices.RabbitMqAsync()}",
        $"--Workspace:Path={Workspace}",
        $"--Parameters:demo-webhook-secret={TestSecrets.DemoWebhookSecret}",
        $"--Parameters:demo-write-key={TestSecrets.DemoWriteKey}",
        .. more,
    ]);

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
}
