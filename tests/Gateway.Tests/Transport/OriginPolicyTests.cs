using Freshet.Gateway.Transport.WebSockets;

namespace Freshet.Gateway.Tests.Transport;

public sealed class OriginPolicyTests
{
    private static readonly string[] Allowed = ["https://console.example.com/", "http://localhost:7030"];

    [Theory]
    [InlineData("", true, "a client that is no browser")]
    [InlineData("https://gateway.example.com", true, "our own origin")]
    [InlineData("HTTPS://Console.Example.com", true, "a listed origin, in any case")]
    [InlineData("http://localhost:7030", true, "a listed origin with a port")]
    [InlineData("http://localhost:7031", false, "another port is another origin")]
    [InlineData("http://gateway.example.com", false, "another scheme is another origin")]
    [InlineData("https://gateway.example.com.evil.example", false, "a name that only begins like ours")]
    [InlineData("https://evil.example/https://console.example.com", false, "a name that only contains ours")]
    [InlineData("null", false, "a sandboxed frame")]
    public void In_production_the_list_decides(string origin, bool allowed, string because) =>
        OriginPolicy.Allows(origin, "https://gateway.example.com", Allowed, isDevelopment: false).ShouldBe(allowed, because);

    [Theory]
    [InlineData("http://localhost:5173", true)]
    [InlineData("http://127.0.0.1:9", true)]
    [InlineData("http://[::1]:9", true)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    public void In_development_every_page_of_this_machine_may(string origin, bool allowed) =>
        OriginPolicy.Allows(origin, "https://gateway.example.com", [], isDevelopment: true).ShouldBe(allowed);
}
