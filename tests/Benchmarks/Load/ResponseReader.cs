using System.Buffers.Text;

namespace Freshet.Benchmarks.Load;

/// <summary>Where a response ends in the bytes received so far, and what it is.</summary>
/// <param name="Length">Bytes of the whole response; 0 while it is not complete.</param>
/// <param name="Status">HTTP's status code.</param>
/// <param name="BodyStart">Where the body begins; of a chunked body, where its first chunk begins.</param>
internal readonly record struct Response(int Length, int Status, int BodyStart)
{
    public bool IsComplete => Length > 0;
}

/// <summary>Reads just as much of an HTTP/1.1 response as a load generator must know: its status and where it ends.</summary>
internal static class ResponseReader
{
    private static ReadOnlySpan<byte> EndOfLine => "\r\n"u8;

    private static ReadOnlySpan<byte> EndOfHeaders => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> ContentLength => "content-length:"u8;

    private static ReadOnlySpan<byte> TransferEncoding => "transfer-encoding:"u8;

    /// <exception cref="FormatException">This is not HTTP, or its length is told in a way that is not known here.</exception>
    public static Response Read(ReadOnlySpan<byte> received)
    {
        var headersEnd = received.IndexOf(EndOfHeaders);
        if (headersEnd < 0)
        {
            return default;
        }

        var headers = received[..(headersEnd + EndOfLine.Length)];
        if (!headers.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(headers[9..12], out int status, out _))
        {
            throw new FormatException("What came back is not an HTTP/1.1 response.");
        }

        var bodyStart = headersEnd + EndOfHeaders.Length;
        var bodyLength = BodyLength(headers, status, received[bodyStart..]);
        var isWhole = bodyLength >= 0 && bodyStart + bodyLength <= received.Length;
        return new Response(isWhole ? bodyStart + bodyLength : 0, status, bodyStart);
    }

    /// <returns>-1 while it is not known.</returns>
    private static int BodyLength(ReadOnlySpan<byte> headers, int status, ReadOnlySpan<byte> body)
    {
        for (var rest = headers; rest.Length > 0;)
        {
            var end = rest.IndexOf(EndOfLine);
            var line = rest[..end];
            rest = rest[(end + EndOfLine.Length)..];
            if (HasName(line, ContentLength))
            {
                return Utf8Parser.TryParse(line[ContentLength.Length..].Trim((byte)' '), out int length, out _)
                    ? length : throw new FormatException("Content-Length is not a number.");
            }

            if (HasName(line, TransferEncoding))
            {
                return ChunkedLength(body);
            }
        }

        return status is 204 or 304 ? 0 : throw new FormatException("The response does not say how long it is.");
    }

    private static int ChunkedLength(ReadOnlySpan<byte> body)
    {
        for (var position = 0; ;)
        {
            var end = body[position..].IndexOf(EndOfLine);
            if (end < 0)
            {
                return -1;
            }

            if (!Utf8Parser.TryParse(body.Slice(position, end), out int size, out _, 'x'))
            {
                throw new FormatException("A chunk does not begin with its size.");
            }

            position += end + EndOfLine.Length + size + EndOfLine.Length;
            if (position > body.Length)
            {
                return -1;
            }

            if (size == 0)
            {
                return position;
            }
        }
    }

    private static bool HasName(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        if (line.Length < name.Length)
        {
            return false;
        }

        for (var index = 0; index < name.Length; index++)
        {
            // Header names are ASCII letters, '-' and ':'; setting this bit makes letters small and leaves the other two as they are.
            if ((line[index] | 0x20) != name[index])
            {
                return false;
            }
        }

        return true;
    }
}
