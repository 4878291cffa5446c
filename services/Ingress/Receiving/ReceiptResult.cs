using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Freshet.Ingress.Batching;
using Freshet.Ingress.Tracking;

namespace Freshet.Ingress.Receiving;

/// <summary>The answer to a request whose events are durable. Written by hand: it is the answer to nearly every request.</summary>
public sealed class ReceiptResult(int status, Receipt.Durable receipt, IReadOnlyList<RefusedItem> refused) : IResult
{
    public const string PositionHeader = "Freshet-Position";

    // Two numbers of up to 11 digits and a position of 22 letters.
    private const int LongestAnswer = 128;

    /// <summary>Names the position in the headers of an answer whose body is another protocol's.</summary>
    public static IResult With(HttpContext http, Receipt.Durable receipt, IResult answer)
    {
        http.Response.Headers[PositionHeader] = receipt.Position.ToString();
        return answer;
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var position = receipt.Position.ToString();
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers[PositionHeader] = position;
        return refused.Count == 0 ? WriteAll(response, position) : WriteWithRefusedAsync(response, position);
    }

    // No writer, no chunks: the length is known, and the server sends head and body with one call.
    private Task WriteAll(HttpResponse response, string position)
    {
        Span<byte> answer = stackalloc byte[LongestAnswer];
        Utf8.TryWrite(answer, CultureInfo.InvariantCulture,
            $"{{\"accepted\":{receipt.Accepted},\"duplicates\":{receipt.Duplicates},\"position\":\"{position}\"}}", out var length);
        response.ContentLength = length;
        response.BodyWriter.Write(answer[..length]);
        return Task.CompletedTask;
    }

    private async Task WriteWithRefusedAsync(HttpResponse response, string position)
    {
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteNumber("accepted"u8, receipt.Accepted);
        writer.WriteNumber("duplicates"u8, receipt.Duplicates);
        writer.WriteString("position"u8, position);
        WriteRefused(writer);
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
