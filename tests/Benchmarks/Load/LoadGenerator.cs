using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Freshet.Benchmarks.Load;

/// <summary>Whether an answer is the one that the request deserves.</summary>
internal delegate bool AnswerCheck(int status, ReadOnlySpan<byte> body);

/// <summary>
/// Sends HTTP/1.1 requests over kept-alive connections from one thread that does nothing else. Each connection sends its next request as
/// soon as its answer is there (a closed loop), or at a given rate.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly LoadConnection[] connections;
    private readonly Epoll epoll;

    public LoadGenerator(Uri server, int connectionCount)
    {
        var address = new IPEndPoint(IPAddress.Loopback, server.Port);
        connections = [.. Enumerable.Range(0, connectionCount).Select(_ => new LoadConnection(address))];
        epoll = new Epoll(connectionCount);
        for (var index = 0; index < connections.Length; index++)
        {
            epoll.Watch(connections[index].Descriptor, index);
        }
    }

    /// <summary>Runs on a thread of its own, so that it waits for nobody.</summary>
    public Task<LoadResult> RunAsync(LoadPlan plan, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(plan, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        epoll.Dispose();
        Array.ForEach(connections, connection => connection.Dispose());
    }

    private LoadResult Run(LoadPlan plan, CancellationToken cancellationToken)
    {
        var round = new LoadRound(plan);
        while (round.MaySend || Array.Exists(connections, connection => connection.IsBusy))
        {
            cancellationToken.ThrowIfCancellationRequested();
            SendDue(round);
            var ready = epoll.Wait(round.PauseMilliseconds);
            for (var index = 0; index < ready; index++)
            {
                Advance(connections[epoll.Key(index)], epoll.Key(index), round);
            }

            if (round.Elapsed > plan.Length + Patience)
            {
                throw new TimeoutException($"The server left requests unanswered for {Patience.TotalSeconds} s.");
            }
        }

        return round.Result();
    }

    private void SendDue(LoadRound round)
    {
        for (var index = 0; index < connections.Length && round.IsDue; index++)
        {
            if (!connections[index].IsBusy)
            {
                Start(connections[index], index, round);
            }
        }
    }

    private void Advance(LoadConnection connection, int key, LoadRound round)
    {
        if (connection.IsSending)
        {
            connection.Send();
            if (!connection.IsSending)
            {
                epoll.WatchRoom(connection.Descriptor, key, wanted: false);
            }
        }

        if (!connection.IsBusy || connection.Receive() is not { IsComplete: true } response)
        {
            return;
        }

        round.Count(connection, response);
        if (round.IsDue)
        {
            Start(connection, key, round);
        }
    }

    private void Start(LoadConnection connection, int key, LoadRound round)
    {
        round.StartNext(connection);
        if (connection.IsSending)
        {
            epoll.WatchRoom(connection.Descriptor, key, wanted: true);
        }
    }
}

/// <summary>What to send.</summary>
/// <param name="Tape">The requests, in their order.</param>
/// <param name="Length">How long to send.</param>
/// <param name="IsGood">Whether an answer counts.</param>
internal sealed record LoadPlan(RequestTape Tape, TimeSpan Length, AnswerCheck IsGood)
{
    /// <summary>Begin again at the tape's start. <value>False: the round ends with the tape.</value></summary>
    public bool Repeats { get; init; }

    /// <summary>Requests per second. <value>Null: as many as get answered.</value></summary>
    public double? Rate { get; init; }

    /// <summary>Asked before each request whether it may go out now. <value>Null: it may.</value></summary>
    public Func<bool>? IsOpen { get; init; }

    /// <summary>Counts also what is answered after <see cref="Length"/>, for callers that must know of every request. <value>False.</value></summary>
    public bool CountsLate { get; init; }

    /// <summary>Told the request's place on the tape and when its time began: just before its first byte goes out, with a <see cref="Rate"/> when it was due. <value>Null: nobody.</value></summary>
    public Action<int, long>? Sending { get; init; }
}

/// <summary>The state of one round: what is due, what has come.</summary>
internal sealed class LoadRound(LoadPlan plan)
{
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Histogram latencies = new();
    private readonly Dictionary<int, int> failures = [];
    private long now = Stopwatch.GetTimestamp();
    private long lastGood = Stopwatch.GetTimestamp();
    private int sent;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(started);

    /// <summary>Whether anything is still to be sent, now or later.</summary>
    public bool MaySend => Elapsed < plan.Length && (plan.Repeats || sent < plan.Tape.Count);

    public bool IsDue => MaySend && plan.IsOpen?.Invoke() != false && (plan.Rate is not { } rate || sent < Elapsed.TotalSeconds * rate);

    /// <summary>How long to wait for answers: no longer than until the next request is due.</summary>
    public int PauseMilliseconds => plan.Rate is null && plan.IsOpen is null ? 100 : 1;

    public void StartNext(LoadConnection connection)
    {
        var request = sent % plan.Tape.Count;
        now = Stopwatch.GetTimestamp();
        var begun = DueAt(sent++) ?? now;
        plan.Sending?.Invoke(request, begun);
        connection.Start(request, plan.Tape[request], begun);
    }

    // At a steady rate a request that waits for a free connection is late already: leaving the wait out would hide exactly the slow moments.
    private long? DueAt(int ordinal) => plan.Rate is { } rate ? started + (long)(ordinal / rate * Stopwatch.Frequency) : null;

    public void Count(LoadConnection connection, Response response)
    {
        now = Stopwatch.GetTimestamp();
        if (!plan.IsGood(response.Status, connection.Body(response)))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(failures, response.Status, out _)++;
        }
        else if (plan.CountsLate || Stopwatch.GetElapsedTime(started, now) <= plan.Length)
        {
            latencies.Add(Stopwatch.GetElapsedTime(connection.SentAt, now));
            lastGood = now;
        }
    }

    public LoadResult Result() => new(latencies, failures, Stopwatch.GetElapsedTime(started, lastGood));
}
