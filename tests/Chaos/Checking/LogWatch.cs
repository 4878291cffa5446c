using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Chaos.Checking;

/// <summary>C8: writes down all that hosts and servers say, and looks for the canary in it.</summary>
internal sealed class LogWatch : IAsyncDisposable
{
    private readonly StreamWriter file;
    private readonly string canary;
    private readonly Lock gate = new();
    private readonly List<string> wrongs = [];
    private readonly List<Task> followers = [];
    private int lines;
    private bool isClosed;

    private LogWatch(string path, string canary)
    {
        file = new StreamWriter(path) { AutoFlush = true };
        this.canary = canary;
    }

    public static LogWatch Start(DistributedApplication app, IEnumerable<string> resources, string path, string canary)
    {
        var watch = new LogWatch(path, canary);
        var loggers = app.Services.GetRequiredService<ResourceLoggerService>();
        foreach (var resource in resources)
        {
            watch.followers.Add(watch.FollowAsync(loggers, resource));
        }

        return watch;
    }

    /// <param name="serverLogs">The folder of the servers' own logs, which hold more than is shown.</param>
    public Check Result(string serverLogs)
    {
        foreach (var log in Directory.Exists(serverLogs) ? Directory.GetFiles(serverLogs) : [])
        {
            foreach (var line in File.ReadLines(log))
            {
                See(Path.GetFileNameWithoutExtension(log), line, isKept: true);
            }
        }

        lock (gate)
        {
            if (followers.Count(follower => follower.IsCompleted) is > 0 and var ended)
            {
                wrongs.Add($"{ended} of {followers.Count} logs were not followed to the end: {followers.Find(follower => follower.IsFaulted)?.Exception?.InnerException?.Message}");
            }

            return new Check("C8 no log shows the canary", [.. wrongs], $"{lines} lines");
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            isClosed = true;
            file.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task FollowAsync(ResourceLoggerService loggers, string resource)
    {
        await foreach (var batch in loggers.WatchAsync(resource))
        {
            foreach (var line in batch)
            {
                See(resource, line.Content, isKept: false);
            }
        }
    }

    private void See(string resource, string line, bool isKept)
    {
        lock (gate)
        {
            lines++;
            if (!isKept && !isClosed)
            {
                file.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {resource}: {line}");
            }

            if (line.Contains(canary, StringComparison.OrdinalIgnoreCase))
            {
                wrongs.Add($"{resource}: {line[..Math.Min(line.Length, 200)]}");
            }
        }
    }
}
