using System.Collections.Concurrent;
using System.Text.Json;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Load;

/// <summary>Reads profiles at a steady pace, as an email template does while it is rendered.</summary>
internal sealed class Readers(GraphQLClient gateway, People people, TimeProvider time)
{
    private const int PerSecond = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly long started = time.GetTimestamp();

    public ConcurrentQueue<Answer> Answers { get; } = [];

    /// <summary>Errors that the gateway answered with, by code; and answers that never came, by the exception's name.</summary>
    public ConcurrentDictionary<string, int> Errors { get; } = new();

    public async Task RunAsync(CancellationToken stop)
    {
        var random = new Random(1);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond), time);
        var open = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            open.RemoveAll(read => read.IsCompleted);
            open.Add(ReadAsync(people.User(random.Next(People.Groups), random.Next(People.Users))));
            await timer.WaitForNextTickAsync(stop).AsTask().ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        await Task.WhenAll(open);
    }

    private async Task ReadAsync(string user)
    {
        const string Query = "query($id: String!) { profile(by: { userId: $id }) { id version traits { ordersCount lifetimeValue plan country } } }";
        using var limit = new CancellationTokenSource(Patience);
        var began = time.GetTimestamp();
        var status = 0;
        try
        {
            var answer = await gateway.SendAsync(Query, new { id = user }, limit.Token);
            var error = answer.TryGetProperty("errors", out var errors) ? CodeOf(errors) : answer.TryGetProperty("data", out _) ? null : "NO_DATA";
            status = error is null ? 200 : 500;
            Count(error);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or IOException)
        {
            Count(failure.GetType().Name);
        }

        Answers.Enqueue(new Answer(time.GetElapsedTime(started, began), time.GetElapsedTime(began), status));
    }

    private void Count(string? error)
    {
        if (error is not null)
        {
            Errors.AddOrUpdate(error, 1, (_, count) => count + 1);
        }
    }

    private static string CodeOf(JsonElement errors) =>
        errors[0].TryGetProperty("extensions", out var extensions) && extensions.TryGetProperty("code", out var code) ? code.GetString()! : "NO_CODE";
}
