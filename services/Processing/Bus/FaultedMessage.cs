using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Contracts.Events;

namespace Freshet.Processing.Bus;

/// <summary>
/// A message that a consumer gave back. Pure. What is about a batch is only a wake-up and can be dropped: the row is still open, and
/// the relay or the retry clock announces it again. Anything else was never understood and must be kept for a human.
/// </summary>
public sealed record FaultedMessage(bool IsAboutBatch, string MessageId, string Fault)
{
    /// <summary>MassTransit's header on messages in error queues.</summary>
    public const string FaultHeader = "MT-Fault-ExceptionType";

    private static readonly string[] BatchMessages = [Urn(nameof(EventsReceived)), Urn(nameof(RetryDue))];

    /// <param name="messageId">The AMQP message id, if it has one.</param>
    /// <param name="headers">AMQP headers.</param>
    /// <param name="body">As it came.</param>
    public static FaultedMessage Read(string? messageId, IDictionary<string, object?>? headers, ReadOnlySpan<byte> body) => new(
        IsBatchMessage(body),
        string.IsNullOrWhiteSpace(messageId) ? Convert.ToHexStringLower(SHA256.HashData(body)) : messageId,
        headers?.TryGetValue(FaultHeader, out var fault) == true ? TextOf(fault) : "none");

    private static bool IsBatchMessage(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var envelope = JsonDocument.ParseValue(ref reader);
            return HasBatchType(envelope.RootElement) && HasBatchId(envelope.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool HasBatchType(JsonElement envelope) =>
        envelope.ValueKind is JsonValueKind.Object
        && envelope.TryGetProperty("messageType", out var types)
        && types.ValueKind is JsonValueKind.Array
        && types.EnumerateArray().Any(type => type.ValueKind is JsonValueKind.String && BatchMessages.Contains(type.GetString()));

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
