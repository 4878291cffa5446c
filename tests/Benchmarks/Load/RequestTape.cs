using System.Text;

namespace Freshet.Benchmarks.Load;

/// <summary>Requests as bytes, ready to send, one after the other in one piece of memory. Written before the clock starts.</summary>
internal sealed class RequestTape
{
    private readonly List<int> ends = [];
    private byte[] bytes = new byte[1024 * 1024];
    private int length;

    public int Count => ends.Count;

    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : ends[index - 1];
            return bytes.AsMemory(start, ends[index] - start);
        }
    }

    /// <summary>
    /// Adds a POST. The headers are lines, each with its end, beside Content-Length and those of <see cref="Common"/>.
    /// </summary>
    public void AddPost(string path, string headers, ReadOnlySpan<byte> body)
    {
        Append(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\n{Common}{headers}Content-Length: {body.Length}\r\n\r\n"));
        Append(body);
        ends.Add(length);
    }

    /// <summary>Forgets all requests and keeps the memory.</summary>
    public void Clear()
    {
        ends.Clear();
        length = 0;
    }

    private const string Common = "Host: localhost\r\nUser-Agent: freshet-benchmarks\r\nContent-Type: application/json\r\n";

    private void Append(ReadOnlySpan<byte> part)
    {
        if (length + part.Length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max((int)Math.Min(bytes.Length * 2L, Array.MaxLength), length + part.Length));
        }

        part.CopyTo(bytes.AsSpan(length));
        length += part.Length;
    }
}
