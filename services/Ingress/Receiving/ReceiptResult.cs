using System.Text.Json;
using Freshet.Ingress.Batching;
using Freshet.Ingress.Tracking;

namespace Freshet.Ingress.Receiving;

/// <summary>The answer to a request whose events are durable. Written by hand: it is the answer to nearly every request.</summary>
public sealed class ReceiptResult(int status, Receipt.Durable receipt, IReadOnlyList<RefusedItem> refused) : IResult
{
    public const string PositionHeader = "Freshet-Position";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var position = receipt.Position.ToString();
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers[PositionHeader] = position;

        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteNumber("accepted"u8, receipt.Accepted);
        writer.WriteNumber("duplicates"u8, receipt.Duplicates);
        writer.WriteString("position"u8, position);
        if (refused.Count > 0)
        {
            WriteRefused(writer);
        }

        writer.WriteEndObject();
    }

    private void WriteRefused(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("rejected"u8);
        foreach (var item in refused)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index"u8, item.Index);
            writer.WriteString("code"u8, item.Code);
            writer.WriteString("detail"u8, item.Detail);
            writer.WriteString("pointer"u8, item.Pointer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
