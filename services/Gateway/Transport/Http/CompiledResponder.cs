using System.Buffers;
using System.Text.Json;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Compiled;
using Freshet.Gateway.Execution.Errors;
using Freshet.Profiles.Storage;
using GraphQL;
using GraphQL.Execution;
using Microsoft.Extensions.ObjectPool;

namespace Freshet.Gateway.Transport.Http;

/// <summary>
/// The short way from a request to its answer: a POST whose document is known and compiled. Everything else, and everything that goes wrong on the
/// way, is left to the long way, which then finds the request as if nobody had looked at it.
/// </summary>
public sealed class CompiledResponder(
    CompiledOperations operations, OperationGate gate, OperationTelemetry telemetry, RequestParsing parsing, HttpResponder responder)
{
    // A body that did not come with its first read is rare; so are large ones.
    private const int MaxBodyBytes = 16 * 1024;

    private readonly ObjectPool<ArrayBufferWriter<byte>> _buffers = new DefaultObjectPool<ArrayBufferWriter<byte>>(new BufferPolicy(), maximumRetained: 256);

    /// <summary>True when the request was answered.</summary>
    public async ValueTask<bool> TryAnswerAsync(HttpContext context, AcceptedMedia accepted)
    {
        var request = context.Request;
        if (request.ContentLength is not (> 0 and <= MaxBodyBytes) || !HttpMethods.IsPost(request.Method) || !IsPlainJson(request.ContentType))
            return false;

        var body = request.BodyReader;
        var read = await body.ReadAsync(CancellationToken.None);
        var isAnswered = false;
        try
        {
            isAnswered = read.Buffer.Length == request.ContentLength
                && TryBind(read.Buffer, out var known, out var bound)
                && await TryAnswerAsync(context, accepted, known, bound);
        }
        finally
        {
            // Not examined, so that the next read gives the same bytes at once.
            body.AdvanceTo(isAnswered ? read.Buffer.End : read.Buffer.Start, isAnswered ? read.Buffer.End : read.Buffer.Start);
        }

        return isAnswered;
    }

    private bool TryBind(ReadOnlySequence<byte> body, out KnownOperation known, out BoundOperation bound)
    {
        (known, bound) = (null!, null!);
        var bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        if (!RequestSlices.TryRead(bytes, out var slices))
            return false;

        if (!operations.TryFind(slices, out var found))
        {
            Consider(slices, body);
            return false;
        }

        known = found;
        return (bound = found.Compiled?.Bind(slices.Variables)!) is not null;
    }

    private void Consider(in RequestSlices slices, ReadOnlySequence<byte> body)
    {
        try
        {
            operations.Consider(slices, parsing.Parse(body, MaxBodyBytes));
        }
        catch (RefusalException)
        {
            // The long way refuses it again, and says so to the caller.
        }
    }

    private async ValueTask<bool> TryAnswerAsync(HttpContext context, AcceptedMedia accepted, KnownOperation known, BoundOperation bound)
    {
        var buffer = _buffers.Get();
        try
        {
            if (!await TryWriteAsync(buffer, known, bound))
            {
                await Task.Yield();
                return false;
            }

            await responder.WriteAsync(context.Response, buffer.WrittenMemory, accepted);
        }
        catch (TimeoutException)
        {
            await responder.WriteAsync(context.Response, new ExecutionResult(new TimeoutError()), accepted, context.RequestAborted);
        }
        catch (Exception failure) when (failure is RefusalException or StoreUnavailableException or JsonException)
        {
            // The engine meets the same again and makes an error of it, with its place in the answer. It takes its time, so not on this
            // thread (nor above): the answers of others, who read together with this one, may be waiting for it.
            await Task.Yield();
            return false;
        }
        finally
        {
            _buffers.Return(buffer);
        }

        return true;
    }

    private async ValueTask<bool> TryWriteAsync(ArrayBufferWriter<byte> buffer, KnownOperation known, BoundOperation bound)
    {
        using var place = await gate.EnterAsync(CancellationToken.None);
        using var measurement = telemetry.Start("http");
        measurement.Identify(known.Operation.Type, known.Operation.Name, known.Document);
        try
        {
            var isWritten = await bound.TryWriteAsync(buffer, CancellationToken.None);
            if (isWritten)
                measurement.AnsweredWell();
            return isWritten;
        }
        catch (TimeoutException)
        {
            measurement.Answered(new ExecutionResult(new TimeoutError()));
            throw;
        }
    }

    private static bool IsPlainJson(string? contentType) =>
        contentType is "application/json" or "application/json; charset=utf-8" or "application/json;charset=utf-8";

    private sealed class BufferPolicy : PooledObjectPolicy<ArrayBufferWriter<byte>>
    {
        private const int MaxKeptBytes = 64 * 1024;

        public override ArrayBufferWriter<byte> Create() => new(4096);

        public override bool Return(ArrayBufferWriter<byte> obj)
        {
            obj.ResetWrittenCount();
            return obj.Capacity <= MaxKeptBytes;
        }
    }
}
