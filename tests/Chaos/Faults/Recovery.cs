using System.Collections.Concurrent;
using System.Text.Json;
using Freshet.Chaos.Load;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Faults;

/// <summary>How long it takes from the end of a fault until the whole way works again: an order is sent, acknowledged, applied, and read.</summary>
internal sealed class Recovery(Script script, Sender sender, GraphQLClient gateway, TimeProvider time)
{
    private const string Query = "query($id: String!, $after: Position) { profile(by: { userId: $id }, after: $after) { traits { ordersCount } } }";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private int probes;

    public ConcurrentBag<(string After, TimeSpan Took)> Times { get; } = [];

    /// <summary>Deliveries that the probes made, for the reckoning at the end.</summary>
    public int Probes => Volatile.Read(ref probes);

    /// <summary>Measures from now on.</summary>
    public async Task<TimeSpan> MeasureAsync(string after, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var probe = script.Probe(Interlocked.Increment(ref probes) - 1);
        var position = await sender.DeliverAsync(probe, ct);
        var user = probe.Events[0].Meaning!.Identities[0].Value;
        while (!await IsReadableAsync(user, position, ct))
        {
            await Task.Delay(Pause, time, ct);
        }

        var took = time.GetElapsedTime(began);
        Times.Add((after, took));
        return took;
    }

    private async Task<bool> IsReadableAsync(string user, string? position, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            var answer = await gateway.SendAsync(Query, new { id = user, after = position }, limit.Token);
            return answer.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
                && data.GetProperty("profile") is { ValueKind: JsonValueKind.Object } profile
                && profile.GetProperty("traits").GetProperty("ordersCount").GetInt64() == 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or IOException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
