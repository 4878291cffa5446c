using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>The lines that each resource writes; the last thousand are kept.</summary>
public class ResourceLoggerService
{
    private const int KeptLines = 1000;
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Raised for every line of every resource.</summary>
    internal Action<string, LogLine>? LineWritten { get; set; }

    public ILogger GetLogger(IResource resource) => GetLogger(resource.Name);

    public ILogger GetLogger(string resourceName) => new ResourceLogger(this, resourceName);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(resource.Name);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => Watch(resourceName, CancellationToken.None);

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource)
    {
        await Task.CompletedTask;
        yield return Of(resource.Name).Snapshot();
    }

    internal IReadOnlyList<LogLine> Tail(string resourceName, int count) => [.. Of(resourceName).Snapshot().TakeLast(count)];

    internal void Write(string resourceName, string content, bool isError)
    {
        var line = Of(resourceName).Add(content, isError);
        LineWritten?.Invoke(resourceName, line);
    }

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> Watch(
        string resourceName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (known, reader) = Of(resourceName).Subscribe();
        yield return known;
        await foreach (var line in reader.ReadAllAsync(cancellationToken))
        {
            yield return [line];
        }
    }

    private ResourceLog Of(string resourceName) => _logs.GetOrAdd(resourceName, static _ => new ResourceLog());

    private sealed class ResourceLog
    {
        private readonly Lock _gate = new();
        private readonly Queue<LogLine> _lines = [];
        private readonly List<Channel<LogLine>> _readers = [];
        private int _count;

        public LogLine Add(string content, bool isError)
        {
            lock (_gate)
            {
                var line = new LogLine(++_count, content, isError);
                _lines.Enqueue(line);
                if (_lines.Count > KeptLines)
                {
                    _lines.Dequeue();
                }

                _readers.ForEach(r => r.Writer.TryWrite(line));
                return line;
            }
        }

        public IReadOnlyList<LogLine> Snapshot()
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }

        public (IReadOnlyList<LogLine> Known, ChannelReader<LogLine> Reader) Subscribe()
        {
            var channel = Channel.CreateBounded<LogLine>(
                new BoundedChannelOptions(KeptLines) { FullMode = BoundedChannelFullMode.DropOldest });
            lock (_gate)
            {
                _readers.Add(channel);
                return ([.. _lines], channel.Reader);
            }
        }
    }

    private sealed class ResourceLogger(ResourceLoggerService owner, string resourceName) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                owner.Write(resourceName, formatter(state, exception), logLevel >= LogLevel.Error);
            }
        }
    }
}
