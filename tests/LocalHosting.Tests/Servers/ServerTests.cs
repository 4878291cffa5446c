using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.Running;
using Aspire.Hosting.Testing;
using Npgsql;
using RabbitMQ.Client;
using StackExchange.Redis;

namespace Freshet.LocalHosting.Tests.Servers;

/// <summary>The three servers for real: data, passwords and addresses outlive a kill -9.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task PostgreSQL_recovers_from_a_kill_with_its_data_port_and_password()
    {
        await using var builder = TestApplication.Builder();
        builder.AddPostgres("pg").AddDatabase("orders");
        var app = await builder.BuildAsync();
        await StartAsync(app, "orders");
        var text = (await app.GetConnectionStringAsync("orders"))!;
        await RunAsync(text, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)");

        await KillAndStartAsync(app, "pg");

        (await app.GetConnectionStringAsync("orders")).ShouldBe(text);
        (await RunAsync(text, "SELECT n FROM kept")).ShouldBe(42);
        (await RunAsync(text, "SELECT current_setting('fsync') || current_setting('synchronous_commit')")).ShouldBe("onon");
    }

    [Fact]
    public async Task PostgreSQL_takes_a_changed_password_with_its_old_data()
    {
        var data = Directory.CreateTempSubdirectory("changed-");
        data.UnixFileMode |= UnixFileMode.OtherExecute;
        foreach (var password in new[] { "first", "it's the second" })
        {
            await using var builder = TestApplication.Builder("--Hosting:Temporary=false", $"--Hosting:Data={data.FullName}");
            builder.AddPostgres("pg", password: builder.AddParameter("pw", password));
            var app = await builder.BuildAsync();
            await StartAsync(app, "pg");

            (await RunAsync((await app.GetConnectionStringAsync("pg"))!, "SELECT 1")).ShouldBe(1);
        }

        data.Delete(recursive: true);
    }

    [Fact]
    public async Task PostgreSQL_refuses_another_password()
    {
        await using var builder = TestApplication.Builder();
        builder.AddPostgres("pg");
        var app = await builder.BuildAsync();
        await StartAsync(app, "pg");
        var text = new NpgsqlConnectionStringBuilder(await app.GetConnectionStringAsync("pg")) { Password = "wrong" };

        var fault = await Should.ThrowAsync<PostgresException>(() => RunAsync(text.ConnectionString, "SELECT 1"));

        fault.SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task Redis_is_empty_after_a_kill_and_answers_under_the_same_address()
    {
        await using var builder = TestApplication.Builder();
        builder.AddRedis("cache");
        var app = await builder.BuildAsync();
        await StartAsync(app, "cache");
        var text = (await app.GetConnectionStringAsync("cache"))!;
        await using (var before = await ConnectionMultiplexer.ConnectAsync(text))
        {
            await before.GetDatabase().StringSetAsync("k", "v");
        }

        await KillAndStartAsync(app, "cache");

        await using var after = await ConnectionMultiplexer.ConnectAsync(text);
        (await after.GetDatabase().StringGetAsync("k")).IsNull.ShouldBeTrue("it is a cache: nothing is written to disk");
    }

    [Fact]
    public async Task RabbitMQ_keeps_a_durable_queue_and_its_confirmed_message_through_a_kill()
    {
        await using var builder = TestApplication.Builder();
        builder.AddRabbitMQ("mq");
        var app = await builder.BuildAsync();
        await StartAsync(app, "mq");
        var text = (await app.GetConnectionStringAsync("mq"))!;
        await using (var connection = await new ConnectionFactory { Uri = new Uri(text) }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
                publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
            await DeclareAsync(channel, "kept");

            // RabbitMQ 3.10 answers a declaration when its record is on the disk, but hands the mark that the record counts to another process
            // of Mnesia: a kill right then loses the queue. The next declaration writes the same log, behind that mark, and waits for the disk.
            await DeclareAsync(channel, "behind it");
            await channel.BasicPublishAsync("", "kept", mandatory: true, new BasicProperties { Persistent = true }, "still here"u8.ToArray());
        }

        await KillAndStartAsync(app, "mq");

        await using var again = await new ConnectionFactory { Uri = new Uri(text) }.CreateConnectionAsync();
        await using var reader = await again.CreateChannelAsync();
        var message = (await reader.BasicGetAsync("kept", autoAck: true)).ShouldNotBeNull("a confirmed message is on the disk");
        Encoding.UTF8.GetString(message.Body.Span).ShouldBe("still here");
    }

    private static Task<QueueDeclareOk> DeclareAsync(IChannel channel, string queue) =>
        channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);

    private static async Task StartAsync(DistributedApplication app, string resource)
    {
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync(resource).WaitAsync(TestApplication.Patience);
    }

    private static async Task KillAndStartAsync(DistributedApplication app, string resource)
    {
        Unix.SignalProcess(app.PidOf(resource), Unix.SigKill).ShouldBeTrue();
        await app.ResourceNotifications.WaitForResourceAsync(resource, KnownStates.Exited).WaitAsync(TestApplication.Patience);
        (await app.ResourceCommands.ExecuteCommandAsync(resource, "resource-start")).Success.ShouldBeTrue();
        await app.ResourceNotifications.WaitForResourceHealthyAsync(resource).WaitAsync(TestApplication.Patience);
    }

    private static async Task<object?> RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static class KnownStates
    {
        public const string Exited = "Exited";
    }
}
