using System.IO.Compression;
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
            await using var decoded = Decode(request.Body, encoding);
            return await FillAsync(body, decoded, limit, http.RequestAborted) ? body : Refuse(body);
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

    private static Stream Decode(Stream body, string? encoding) => encoding switch
    {
        null => body,
        "gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "The caller refuses other encodings."),
    };

    private static async Task<bool> FillAsync(PooledBody body, Stream from, int limit, CancellationToken ct)
    {
        while (true)
        {
            var read = await from.ReadAsync(body.Room(), ct);
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
