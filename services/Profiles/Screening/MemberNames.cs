using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Freshet.Profiles.Screening;

/// <summary>
/// The member names of all objects of one body, to find a name that one object has twice. One open-addressed table for the whole body
/// (owner and name make the key), on the stack for ordinary events and from the pool for large ones.
/// </summary>
internal ref struct MemberNames(ReadOnlySpan<byte> json, Span<MemberNames.Slot> initial)
{
    public const int InitialSlots = 128;

    // At a load of one half, runs of this length do not happen by chance: someone has chosen names that collide.
    private const int LongestProbe = 512;

    private readonly ReadOnlySpan<byte> _json = json;
    private Span<Slot> _slots = initial;
    private Slot[]? _rented;
    private byte[]? _unescaped;
    private int _unescapedLength;
    private int _count;
    private int _objects;

    public enum Added
    {
        New = 0,
        Known,
        TooManyCollisions,
    }

    /// <summary>A number for an object, never 0.</summary>
    public int OpenObject() => ++_objects;

    public Added Add(scoped ref Utf8JsonReader reader, int owner)
    {
        if (_count * 2 >= _slots.Length)
        {
            Grow();
        }

        var slot = reader.ValueIsEscaped
            ? Unescape(ref reader, owner)
            : new Slot(owner, (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, IsUnescaped: false);
        return Put(slot, NameOf(slot));
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<Slot>.Shared.Return(_rented);
        }

        if (_unescaped is not null)
        {
            ArrayPool<byte>.Shared.Return(_unescaped);
        }
    }

    private Added Put(Slot slot, ReadOnlySpan<byte> name)
    {
        var mask = _slots.Length - 1;
        var at = HashOf(slot.Owner, name) & mask;
        for (var probes = 0; probes < LongestProbe; probes++, at = (at + 1) & mask)
        {
            if (_slots[at].Owner == 0)
            {
                _slots[at] = slot;
                _count++;
                return Added.New;
            }

            if (_slots[at].Owner == slot.Owner && NameOf(_slots[at]).SequenceEqual(name))
            {
                return Added.Known;
            }
        }

        return Added.TooManyCollisions;
    }

    private readonly ReadOnlySpan<byte> NameOf(Slot slot) =>
        slot.IsUnescaped ? _unescaped.AsSpan(slot.Start, slot.Length) : _json.Slice(slot.Start, slot.Length);

    // "a" and "\u0061" are the same name. Escaped names are rare, so they are unescaped into a buffer beside the body.
    private Slot Unescape(scoped ref Utf8JsonReader reader, int owner)
    {
        var longest = reader.ValueSpan.Length;
        if (_unescaped is null || _unescaped.Length - _unescapedLength < longest)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, 2 * (_unescapedLength + longest)));
            _unescaped.AsSpan(0, _unescapedLength).CopyTo(larger);
            if (_unescaped is not null)
            {
                ArrayPool<byte>.Shared.Return(_unescaped);
            }

            _unescaped = larger;
        }

        var slot = new Slot(owner, _unescapedLength, reader.CopyString(_unescaped.AsSpan(_unescapedLength)), IsUnescaped: true);
        _unescapedLength += slot.Length;
        return slot;
    }

    private void Grow()
    {
        var old = _slots;
        var oldRented = _rented;
        _rented = ArrayPool<Slot>.Shared.Rent(old.Length * 4);
        _slots = _rented.AsSpan(0, old.Length * 4);
        _slots.Clear();
        _count = 0;
        foreach (var slot in old)
        {
            if (slot.Owner != 0)
            {
                Put(slot, NameOf(slot));
            }
        }

        if (oldRented is not null)
        {
            ArrayPool<Slot>.Shared.Return(oldRented);
        }
    }

    // HashCode is seeded per process, so a sender cannot prepare colliding names at home.
    private static int HashOf(int owner, ReadOnlySpan<byte> name)
    {
        var hash = default(HashCode);
        hash.Add(owner);
        hash.AddBytes(name);
        return hash.ToHashCode();
    }

    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Slot(int Owner, int Start, int Length, bool IsUnescaped);
}
