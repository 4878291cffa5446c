using System.Collections.Concurrent;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Ignoring;

/// <summary>
/// Counts ignored fields in memory, by samples: every event of a source while its fields are news, then one of <see cref="Usually"/>. Each source
/// has a bounded number of fields of its own; what comes beyond is counted together. An attempt that is undone and made again counts twice.
/// </summary>
public sealed class IgnoredFieldTally(TimeProvider time)
{
    /// <summary>Fields that a source has for itself.</summary>
    public const int MaxFields = 500;

    /// <summary>Of so many events one is looked at when there is no news.</summary>
    public const int Usually = 100;

    /// <summary>So many events without news, and it is time to look at fewer.</summary>
    public const int Quiet = 64;

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, OfSource> sources = new();

    /// <summary>Looks at the event, if it is its turn.</summary>
    internal void Notice(RawEvent raw, Source source, Workspace workspace)
    {
        var tally = sources.GetOrAdd(raw.SourceId, static _ => new OfSource());
        if (tally.Turn() is var weight and > 0 && FindIgnored.Of(raw, source, workspace) is { } found)
        {
            tally.Add(found.Type, found.Fields, weight, time.GetUtcNow());
        }
    }

    /// <summary>What was counted since the last time. Give it back with <see cref="Return"/> if it cannot be stored.</summary>
    public IReadOnlyList<IgnoredField> Take()
    {
        var now = time.GetUtcNow();
        return [.. sources.SelectMany(source => source.Value.Take(source.Key, now - Forgotten))];
    }

    public void Return(IEnumerable<IgnoredField> fields)
    {
        foreach (var field in fields)
        {
            sources.GetOrAdd(field.SourceId, static _ => new OfSource()).Return(field);
        }
    }

    private sealed class OfSource
    {
        private readonly Lock gate = new();
        private readonly Dictionary<(string Type, string Path), Count> counts = [];
        private int events;
        private int every = 1;
        private int quiet;

        /// <summary>For how many events this one stands; 0: it is not looked at.</summary>
        public int Turn()
        {
            var interval = Volatile.Read(ref every);
            return interval == 1 || (uint)Interlocked.Increment(ref events) % (uint)interval == 0 ? interval : 0;
        }

        public void Add(string type, IReadOnlyList<FoundField> fields, int weight, DateTimeOffset now)
        {
            lock (gate)
            {
                var isNews = false;
                foreach (var (path, form) in fields)
                {
                    isNews |= Add((type, path), new Count(form, weight, now, now));
                }

                quiet = isNews ? 0 : quiet + 1;
                Volatile.Write(ref every, quiet < Quiet ? 1 : Usually);
            }
        }

        public void Return(IgnoredField field)
        {
            lock (gate)
            {
                Add((field.EventType, field.Path), new Count(field.Form, field.Events, field.FirstSeen, field.LastSeen));
            }
        }

        public List<IgnoredField> Take(string sourceId, DateTimeOffset forgotten)
        {
            lock (gate)
            {
                List<IgnoredField> taken = [.. counts.Where(entry => entry.Value.Events > 0).Select(entry => Field(sourceId, entry.Key, entry.Value))];
                foreach (var (key, count) in counts)
                {
                    if (count.LastSeen < forgotten)
                    {
                        counts.Remove(key);
                    }
                    else
                    {
                        counts[key] = count with { Events = 0 };
                    }
                }

                return taken;
            }
        }

        // Whether the field is news: a change of its shape is not, since a sender that writes it now so and now so would keep us looking.
        private bool Add((string Type, string Path) key, Count more)
        {
            if (counts.TryGetValue(key, out var count))
            {
                counts[key] = count.With(more);
                return false;
            }

            var isNews = counts.Count < MaxFields;
            key = isNews ? key : ("", "");
            counts[key] = counts.TryGetValue(key, out count) ? count.With(more) : more;
            return isNews;
        }

        private static IgnoredField Field(string sourceId, (string Type, string Path) key, Count count) => new()
        {
            SourceId = sourceId,
            EventType = key.Type,
            Path = key.Path,
            Form = count.Form,
            Events = count.Events,
            FirstSeen = count.FirstSeen,
            LastSeen = count.LastSeen,
        };
    }

    private readonly record struct Count(FieldForm Form, long Events, DateTimeOffset FirstSeen, DateTimeOffset LastSeen)
    {
        public Count With(Count more) => new(
            more.Form.Shape == FieldShape.Null ? Form : more.Form,
            Events + more.Events,
            Events == 0 ? more.FirstSeen : FirstSeen < more.FirstSeen ? FirstSeen : more.FirstSeen,
            LastSeen > more.LastSeen ? LastSeen : more.LastSeen);
    }
}
