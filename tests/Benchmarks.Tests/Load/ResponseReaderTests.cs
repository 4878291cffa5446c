using System.Text;
using Freshet.Benchmarks.Load;

namespace Freshet.Benchmarks.Tests.Load;

public sealed class ResponseReaderTests
{
    [Theory]
    [InlineData("HTTP/1.1 202 Accepted\r\ncontent-LENGTH: 5\r\nX: y\r\n\r\nhello", 202)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nc\r\nlo and so on\r\n0\r\n\r\n", 200)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", 503)]
    [InlineData("HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", 204)]
    public void A_response_ends_where_it_says_however_it_is_cut(string text, int status)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var length = 0; length < bytes.Length; length++)
        {
            ResponseReader.Read(bytes.AsSpan(0, length)).IsComplete.ShouldBeFalse($"{length} bytes");
        }

        ResponseReader.Read([.. bytes, .. "HTTP/1.1"u8]).ShouldSatisfyAllConditions(
            response => response.Length.ShouldBe(bytes.Length),
            response => response.Status.ShouldBe(status));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end")]
    public void What_cannot_be_measured_is_refused(string text) =>
        Should.Throw<FormatException>(() => ResponseReader.Read(Encoding.ASCII.GetBytes(text)));
}
