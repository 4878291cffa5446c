using Freshet.Contracts;
using Npgsql;
using RabbitMQ.Client;

namespace Freshet.Chaos.Checking;

/// <summary>Waits until nothing is under way any more: no open batch, no change that waits for readers, no message in a queue; twice, a second apart.</summary>
internal sealed class Quiescence(NpgsqlDataSource database, string broker)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>How long it took, and what was left; null: nothing.</summary>
    public async Task<(TimeSpan Took, string? Left)> WaitAsync(CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var quiet = 0;
        State state;
        do
        {
            state = await StateAsync(ct);
            quiet = state.IsQuiet ? quiet + 1 : 0;
            if (quiet == 2)
            {
                return (TimeProvider.System.GetElapsedTime(began), null);
            }

            await timer.WaitForNextTickAsync(ct);
        }
        while (TimeProvider.System.GetElapsedTime(began) < Deadline);

        return (TimeProvider.System.GetElapsedTime(began), $"{state}");
    }

    private async Task<State> StateAsync(CancellationToken ct)
    {
        const string Sql = """
            select count(*) filter (where state in ('Received', 'WaitingForRetry')), count(*) filter (where outgoing is not null)
            from event_batches where state in ('Received', 'WaitingForRetry') or outgoing is not null
            """;
        await using var command = database.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new State(reader.GetInt64(0), reader.GetInt64(1), await MessagesAsync(ct));
    }

    private async Task<long> MessagesAsync(CancellationToken ct)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        var messages = 0L;
        foreach (var queue in Queues.All)
        {
            messages += (await channel.QueueDeclarePassiveAsync(queue.Name, ct)).MessageCount;
        }

        return messages;
    }

    private sealed record State(long OpenBatches, long Unpublished, long Messages)
    {
        public bool IsQuiet => OpenBatches + Unpublished + Messages == 0;
    }
}
