using System.Text.Json;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>What a client may say (graphql-transport-ws, "Communication").</summary>
public enum ClientMessageType
{
    ConnectionInit,
    Ping,
    Pong,
    Subscribe,
    Complete,
}

/// <summary>One checked message of a client.</summary>
/// <param name="Type">The message type.</param>
/// <param name="Id">The operation; empty where the type has none.</param>
/// <param name="Payload">Undefined when absent; belongs to the parsed document, so it lives as long as that.</param>
public readonly record struct ClientMessage(ClientMessageType Type, string Id, JsonElement Payload)
{
    private const int MaxIdLength = 128;

    /// <summary>The message, or the reason why the socket must be closed with 4400.</summary>
    public static (ClientMessage Message, string? Problem) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return Invalid("Message must be a JSON object");
        if (!root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return Invalid("Message has no 'type'");
        if (TypeOf(type) is not { } known)
            return Invalid("Unknown message type");

        root.TryGetProperty("payload", out var payload);
        return known is ClientMessageType.Subscribe or ClientMessageType.Complete
            ? ReadOfOperation(root, known, payload)
            : ReadOfConnection(known, payload);
    }

    private static (ClientMessage Message, string? Problem) ReadOfConnection(ClientMessageType type, JsonElement payload) =>
        payload.ValueKind is JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined
            ? (new ClientMessage(type, "", payload), null)
            : Invalid("'payload' must be an object");

    private static (ClientMessage Message, string? Problem) ReadOfOperation(JsonElement root, ClientMessageType type, JsonElement payload)
    {
        if (!root.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
            return Invalid("'id' must be a string");
        if (id.GetString() is not { Length: > 0 and <= MaxIdLength } text)
            return Invalid($"'id' must have 1 to {MaxIdLength} characters");
        if (type == ClientMessageType.Subscribe && payload.ValueKind != JsonValueKind.Object)
            return Invalid("'payload' of subscribe must be an object");
        return (new ClientMessage(type, text, payload), null);
    }

    private static ClientMessageType? TypeOf(JsonElement type) =>
        type.ValueEquals("subscribe"u8) ? ClientMessageType.Subscribe
        : type.ValueEquals("complete"u8) ? ClientMessageType.Complete
        : type.ValueEquals("ping"u8) ? ClientMessageType.Ping
        : type.ValueEquals("pong"u8) ? ClientMessageType.Pong
        : type.ValueEquals("connection_init"u8) ? ClientMessageType.ConnectionInit
        : null;

    private static (ClientMessage Message, string? Problem) Invalid(string problem) => (default, problem);
}
