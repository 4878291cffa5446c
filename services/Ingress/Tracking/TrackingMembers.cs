using System.Text.Json;

namespace Freshet.Ingress.Tracking;

/// <summary>The members of a tracking object that decide how it is accepted. The rest is read when the event is applied.</summary>
public struct TrackingMembers
{
    public string? Type { get; private set; }

    /// <summary>The sender's idempotency key, if it gave one.</summary>
    public string? MessageId { get; private set; }

    public string? WriteKey { get; private set; }

    /// <summary>The sender's clock when it sent the request, as text; with <c>originalTimestamp</c> it corrects a wrong clock.</summary>
    public string? SentAt { get; private set; }

    /// <summary>Name of a tracked event.</summary>
    public string? Event { get; private set; }

    public bool HasUserId { get; private set; }

    public bool HasAnonymousId { get; private set; }

    public bool HasPreviousId { get; private set; }

    public bool HasGroupId { get; private set; }

    /// <summary>Where member <c>batch</c> is, if it is an array.</summary>
    public Range? Batch { get; private set; }

    /// <summary>How many items it has.</summary>
    public int BatchCount { get; private set; }

    public Range? Context { get; private set; }

    public Range? Integrations { get; private set; }

    /// <summary>Reads an object's own members.</summary>
    /// <param name="json">Screened, and an object.</param>
    public static TrackingMembers Read(ReadOnlySpan<byte> json)
    {
        var members = default(TrackingMembers);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            members.Take(ref reader);
        }

        return members;
    }

    private void Take(ref Utf8JsonReader reader)
    {
        if (TakeText(ref reader) || TakeIdentity(ref reader) || TakePart(ref reader))
        {
            return;
        }

        reader.Skip();
    }

    private bool TakeText(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("type"u8))
        {
            Type = Text(ref reader);
        }
        else if (reader.ValueTextEquals("messageId"u8))
        {
            MessageId = Text(ref reader);
        }
        else if (reader.ValueTextEquals("writeKey"u8))
        {
            WriteKey = Text(ref reader);
        }
        else if (reader.ValueTextEquals("sentAt"u8))
        {
            SentAt = Text(ref reader);
        }
        else if (reader.ValueTextEquals("event"u8))
        {
            Event = Text(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TakeIdentity(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("userId"u8))
        {
            HasUserId = IsIdentity(ref reader);
        }
        else if (reader.ValueTextEquals("anonymousId"u8))
        {
            HasAnonymousId = IsIdentity(ref reader);
        }
        else if (reader.ValueTextEquals("previousId"u8))
        {
            HasPreviousId = IsIdentity(ref reader);
        }
        else if (reader.ValueTextEquals("groupId"u8))
        {
            HasGroupId = IsIdentity(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TakePart(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("batch"u8))
        {
            TakeBatch(ref reader);
        }
        else if (reader.ValueTextEquals("context"u8))
        {
            Context = Part(ref reader);
        }
        else if (reader.ValueTextEquals("integrations"u8))
        {
            Integrations = Part(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void TakeBatch(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        var start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            BatchCount++;
        }

        Batch = start..(int)reader.BytesConsumed;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    // Client libraries send texts; hand-written callers often send the number of a row.
    private static bool IsIdentity(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isIdentity = reader.TokenType switch
        {
            JsonTokenType.String => reader.ValueSpan.ContainsAnyExcept(" \t"u8),
            JsonTokenType.Number => true,
            _ => false,
        };
        reader.Skip();
        return isIdentity;
    }

    private static Range? Part(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        reader.Skip();
        return isObject ? start..(int)reader.BytesConsumed : null;
    }
}
