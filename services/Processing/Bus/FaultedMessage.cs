using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Contracts.Events;

namespace Freshet.Processing.Bus;

/// <summary>
/// A message that a consumer gave back. Pure. What is about a batch is only a wake-up and can be dropped: the row is still open, and
/// the relay or the retry clock announces it again. A spilled batch is the only copy of events that were acknowledged. Anything else was
/// never understood and must be kept for a human.
/// </summary>
public sealed record FaultedMessage(bool IsAboutBatch, string MessageId, string Fault)
{
    /// <summary>The spilled batch that the message carries, if it is one.</summary>
    public BatchSpilled? Spilled { get; init; }

    /// <summary>MassTransit's header on messages in error queues.</summary>
    public const string FaultHeader = "MT-Fault-ExceptionType";

    private static readonly string[] BatchMessages = [Urn(nameof(EventsReceived)), Urn(nameof(RetryDue))];
    private static readonly string[] SpillMessages = [Urn(nameof(BatchSpilled))];

    /// <param name="messageId">The AMQP message id, if it has one.</param>
    /// <param name="headers">AMQP headers.</param>
    /// <param name="body">As it came.</param>
    public static FaultedMessage Read(string? messageId, IDictionary<string, object?>? headers, ReadOnlySpan<byte> body)
    {
        using var envelope = Parse(body);
        return new FaultedMessage(
            envelope is not null && HasType(envelope.RootElement, BatchMessages) && HasBatchId(envelope.RootElement),
            string.IsNullOrWhiteSpace(messageId) ? Convert.ToHexStringLower(SHA256.HashData(body)) : messageId,
            headers?.TryGetValue(FaultHeader, out var fault) == true ? TextOf(fault) : "none")
        {
            Spilled = envelope is not null && HasType(envelope.RootElement, SpillMessages) ? SpilledOf(envelope.RootElement) : null,
        };
    }

    private static JsonDocument? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool HasType(JsonElement envelope, string[] urns) =>
        envelope.ValueKind is JsonValueKind.Object
        && envelope.TryGetProperty("messageType", out var types)
        && types.ValueKind is JsonValueKind.Array
        && types.EnumerateArray().Any(type => type.ValueKind is JsonValueKind.String && urns.Any(type.ValueEquals));

    private static BatchSpilled? SpilledOf(JsonElement envelope) =>
        HasBatchId(envelope)
        && envelope.GetProperty("message") is var message
        && message.TryGetProperty("keyId", out var keyId)
        && keyId.ValueKind is JsonValueKind.String
        && keyId.TryGetGuid(out var key)
        && message.TryGetProperty("payload", out var payload)
        && payload.ValueKind is JsonValueKind.String
        && payload.TryGetBytesFromBase64(out var bytes)
            ? new BatchSpilled(message.GetProperty("batchId").GetGuid(), key, bytes)
            : null;

    private static bool HasBatchId(JsonElement envelope) =>
        envelope.TryGetProperty("message", out var message)
        && message.ValueKind is JsonValueKind.Object
        && message.TryGetProperty("batchId", out var batchId)
        && batchId.ValueKind is JsonValueKind.String
        && batchId.TryGetGuid(out _);

    // RabbitMQ hands text headers over as bytes.
    private static string TextOf(object? value) => value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        _ => value?.ToString() ?? "none",
    };

    private static string Urn(string message) => $"urn:message:{typeof(EventsReceived).Namespace}:{message}";
}
