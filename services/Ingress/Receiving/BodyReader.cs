using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Freshet.Ingress.Receiving;

/// <summary>Reads a body once, into pooled memory, and never more of it than the limit allows.</summary>
public static class BodyReader
{
    // Memory is rented for what has arrived, not for what a header promises.
    private const int LargestFirstRent = 16 * 1024;

    /// <summary>The body, decompressed if <paramref name="encoding"/> says so; null if it is larger than the limit.</summary>
    /// <exception cref="InvalidDataException">It is not what its content encoding says.</exception>
    public static async Task<PooledBody?> ReadAsync(HttpContext http, int limit, string? encoding = null)
    {
        var request = http.Request;
        if (request.ContentLength > limit)
        {
            return null;
        }

        // One byte more than we take, so that the endpoint finds out and answers with its own words.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = limit + 1L;
        }

        var body = new PooledBody((int)Math.Min(request.ContentLength ?? 0, LargestFirstRent) + 1);
        try
        {
            return await FillAsync(body, request, limit, encoding) ? body : Refuse(body);
        }
        catch (InvalidOperationException broken) when (encoding == "br")
        {
            // How the framework's Brotli says that its input is damaged.
            body.Dispose();
            throw new InvalidDataException("The Brotli data is damaged.", broken);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static Task<bool> FillAsync(PooledBody body, HttpRequest request, int limit, string? encoding) =>
        encoding is null ? FillAsync(body, request.BodyReader, limit) : FillAsync(body, Decode(request.Body, encoding), limit);

    private static Stream Decode(Stream body, string encoding) => encoding switch
    {
        "gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "The caller refuses other encodings."),
    };

    // Straight from the web server's buffers: a body that came with its headers is there at once. A sender that hangs up makes the read fail.
    private static async Task<bool> FillAsync(PooledBody body, PipeReader from, int limit)
    {
        while (true)
        {
            var read = await from.ReadAsync();
            foreach (var segment in read.Buffer)
            {
                body.Append(segment.Span[..Math.Min(segment.Length, limit + 1 - body.Length)]);
            }

            from.AdvanceTo(read.Buffer.End);
            if (body.Length > limit)
            {
                return false;
            }

            if (read.IsCompleted)
            {
                return true;
            }
        }
    }

    private static async Task<bool> FillAsync(PooledBody body, Stream from, int limit)
    {
        await using var decoded = from;
        while (true)
        {
            var read = await decoded.ReadAsync(body.Room());
            if (read == 0)
            {
                return true;
            }

            body.Advance(read);
            if (body.Length > limit)
            {
                return false;
            }
        }
    }

    private static PooledBody? Refuse(PooledBody body)
    {
        body.Dispose();
        return null;
    }
}
