using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Freshet.Gateway.Execution.Documents;
using Freshet.Gateway.Execution.Limits;
using GraphQL;
using GraphQL.Types;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Execution.Compiled;

/// <summary>An operation of a known document, found by the bytes of the request.</summary>
/// <param name="Document">The document's fingerprint, for records.</param>
/// <param name="Operation">Which operation of it.</param>
/// <param name="Compiled">Null: the engine answers it.</param>
public sealed record KnownOperation(string Document, PreparedOperation Operation, CompiledOperation? Compiled);

/// <summary>
/// Compiled operations by the bytes that ask for them, so that a repeated request is recognized without being decoded. Only documents enter that
/// passed every check and came again. Bounded; new ones for every schema.
/// </summary>
public sealed class CompiledOperations(
    ISchemaSource schemas, DocumentCache documents, TrustedDocuments trusted, IEnumerable<IOperationCompiler> compilers, IOptions<OperationLimitsOptions> limits)
{
    // Longer requests are rare, and what they would save is small against what they cost anyway.
    private const int MaxKeyBytes = 16 * 1024;

    private readonly IOperationCompiler? _compiler = compilers.FirstOrDefault();
    private Generation _current = new(schemas.Current);

    public bool TryFind(in RequestSlices request, [NotNullWhen(true)] out KnownOperation? known)
    {
        known = null;
        if (_compiler is null || KeyLength(request) > MaxKeyBytes)
            return false;

        var generation = Current();
        var rented = ArrayPool<byte>.Shared.Rent(KeyLength(request));
        var found = generation.TryFind(Key(request, rented), out known);
        ArrayPool<byte>.Shared.Return(rented);
        return found;
    }

    /// <summary>Remembers what a request asks for, if its document is prepared already. The request was read from the same bytes.</summary>
    public void Consider(in RequestSlices slices, OperationRequest request)
    {
        if (_compiler is null || KeyLength(slices) > MaxKeyBytes)
            return;

        var generation = Current();
        if (!documents.TryGet(generation.Schema, trusted.Resolve(request.Query, request.DocumentId), out var document)
            || document.Find(request.OperationName) is not { } operation)
        {
            return;
        }

        // The shapes that compile ask for no pages, so their price does not depend on variables.
        var isCheap = operation.Cost.Check(Inputs.Empty, limits.Value) is null;
        var compiled = isCheap ? _compiler.Compile(generation.Schema, document.Document, operation.Definition) : null;
        generation.Add(Key(slices, new byte[KeyLength(slices)]).ToArray(), new KnownOperation(document.Fingerprint, operation, compiled), limits.Value);
    }

    private static int KeyLength(in RequestSlices request) => request.Query.Length + request.DocumentId.Length + request.OperationName.Length + 2;

    // None of the three can hold a zero byte: JSON writes it as an escape.
    private static ReadOnlySpan<byte> Key(in RequestSlices request, byte[] buffer)
    {
        var key = buffer.AsSpan(0, KeyLength(request));
        request.Query.CopyTo(key);
        key[request.Query.Length] = 0;
        request.DocumentId.CopyTo(key[(request.Query.Length + 1)..]);
        key[request.Query.Length + 1 + request.DocumentId.Length] = 0;
        request.OperationName.CopyTo(key[^request.OperationName.Length..]);
        return key;
    }

    private Generation Current()
    {
        var current = Volatile.Read(ref _current);
        var schema = schemas.Current;
        if (ReferenceEquals(current.Schema, schema))
            return current;

        var renewed = new Generation(schema);
        return Interlocked.CompareExchange(ref _current, renewed, current) == current ? renewed : Volatile.Read(ref _current);
    }

    /// <summary>What belongs to one schema. When the young half is full it becomes the old one: what is in use survives, without bookkeeping on every read.</summary>
    private sealed class Generation(ISchema schema)
    {
        private readonly Lock _gate = new();
        private volatile Half _young = new();
        private volatile Half _old = new();

        public ISchema Schema => schema;

        public bool TryFind(ReadOnlySpan<byte> key, [NotNullWhen(true)] out KnownOperation? known)
        {
            if (_young.Find(key, out known))
                return true;
            if (!_old.Find(key, out known))
                return false;

            lock (_gate)
                _young.Add(key.ToArray(), known);
            return true;
        }

        public void Add(byte[] key, KnownOperation known, OperationLimitsOptions bounds)
        {
            lock (_gate)
            {
                if (_young.Count >= Math.Max(1, bounds.MaxCachedDocuments / 2) || _young.Bytes + key.Length > bounds.MaxCachedCharacters / 2)
                {
                    _old = _young;
                    _young = new Half();
                }

                _young.Add(key, known);
            }
        }
    }

    private sealed class Half
    {
        private readonly ConcurrentDictionary<byte[], KnownOperation> _byKey = new(ByteComparer.Instance);

        public int Count { get; private set; }

        public int Bytes { get; private set; }

        public bool Find(ReadOnlySpan<byte> key, [NotNullWhen(true)] out KnownOperation? known) =>
            _byKey.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out known);

        public void Add(byte[] key, KnownOperation known)
        {
            if (!_byKey.TryAdd(key, known))
                return;
            Count++;
            Bytes += key.Length;
        }
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static ByteComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
