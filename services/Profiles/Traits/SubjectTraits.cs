using System.Text.Json.Serialization;
using Freshet.Profiles.Binary;

namespace Freshet.Profiles.Traits;

/// <summary>Trait states by trait name, in ordinal order. Immutable. States that came from the store stay as the bytes they are until somebody asks
/// for them, and go back as those bytes if nothing changed them.</summary>
[JsonConverter(typeof(SubjectTraitsJson))]
public sealed class SubjectTraits
{
    private readonly Entry[] entries;

    internal SubjectTraits(Entry[] entries, int count)
    {
        this.entries = entries;
        Count = count;
    }

    public static SubjectTraits None { get; } = new([], 0);

    public int Count { get; }

    public IEnumerable<string> Names => entries.Take(Count).Select(entry => entry.Name);

    /// <exception cref="KeyNotFoundException">There is no such trait.</exception>
    public TraitState this[string name] => Find(name) ?? throw new KeyNotFoundException($"There is no trait '{name}'.");

    public static SubjectTraits Of(IEnumerable<KeyValuePair<string, TraitState>> states)
    {
        Entry[] sorted = [.. states.OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => new Entry { Name = state.Key, State = state.Value })];
        return new SubjectTraits(sorted, sorted.Length);
    }

    /// <summary>The trait's state; null if there is none.</summary>
    public TraitState? Find(string name)
    {
        var at = Search(entries.AsSpan(0, Count), name);
        return at < 0 ? null : entries[at].Read();
    }

    /// <summary>The same with another state of one trait.</summary>
    public SubjectTraits With(string name, TraitState state)
    {
        var draft = ToDraft();
        draft.Set(name, state);
        return draft.ToTraits();
    }

    /// <summary>A copy to be changed.</summary>
    internal SubjectTraitsDraft ToDraft() => new(entries.AsSpan(0, Count));

    internal void Write(ref ByteWriter writer)
    {
        writer.Number((ulong)Count);
        foreach (ref readonly var entry in entries.AsSpan(0, Count))
        {
            writer.Text(entry.Name);
            var start = writer.BeginBlock();
            if (entry.Form.IsEmpty)
            {
                TraitStateCodec.Write(ref writer, entry.State!);
            }
            else
            {
                writer.Bytes(entry.Form.Span);
            }

            writer.EndBlock(start);
        }
    }

    /// <param name="reader">Stands at what <see cref="Write"/> wrote.</param>
    /// <param name="memory">The bytes that it reads; they stay in use.</param>
    internal static SubjectTraits Read(ref ByteReader reader, ReadOnlyMemory<byte> memory)
    {
        var read = new Entry[reader.Count()];
        for (var i = 0; i < read.Length; i++)
        {
            var name = reader.Word();
            var length = reader.Int();
            read[i] = new Entry { Name = name, Form = memory.Slice(reader.Position, length) };
            reader.Take(length);
        }

        return new SubjectTraits(read, read.Length);
    }

    /// <summary>Where the name is; if it is not there, the complement of where it would be.</summary>
    internal static int Search(ReadOnlySpan<Entry> sorted, string name)
    {
        var low = 0;
        var high = sorted.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = ReferenceEquals(sorted[middle].Name, name) ? 0 : string.CompareOrdinal(sorted[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    /// <summary>One trait. Its form is empty if it was changed; its state is null as long as nobody asked.</summary>
    internal struct Entry
    {
        public string Name;
        public ReadOnlyMemory<byte> Form;
        public TraitState? State;

        // Two threads may both read the form: the results are equal and either may stay.
        public TraitState Read() => State ??= TraitStateCodec.Read(Form.Span);
    }
}

/// <summary>Trait states while a batch changes them.</summary>
internal sealed class SubjectTraitsDraft(ReadOnlySpan<SubjectTraits.Entry> known)
{
    private SubjectTraits.Entry[] entries = [.. known, default, default, default, default];
    private int count = known.Length;

    public TraitState? Find(string name)
    {
        var at = SubjectTraits.Search(entries.AsSpan(0, count), name);
        return at < 0 ? null : entries[at].Read();
    }

    /// <param name="name">Which trait.</param>
    /// <param name="state">Null: nothing is left of it.</param>
    public void Set(string name, TraitState? state)
    {
        var at = SubjectTraits.Search(entries.AsSpan(0, count), name);
        if (state is null)
        {
            Remove(at);
            return;
        }

        if (at < 0)
        {
            at = ~at;
            Insert(at);
        }

        entries[at] = new SubjectTraits.Entry { Name = name, State = state };
    }

    /// <summary>The result. Nothing may be set any more.</summary>
    public SubjectTraits ToTraits() => new(entries, count);

    private void Insert(int at)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, (count * 2) + 4);
        }

        Array.Copy(entries, at, entries, at + 1, count - at);
        count++;
    }

    private void Remove(int at)
    {
        if (at >= 0)
        {
            count--;
            Array.Copy(entries, at + 1, entries, at, count - at);
        }
    }
}
