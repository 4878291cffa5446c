using System.Net;

namespace Freshet.Chaos.Load;

/// <summary>A client as a sender has one: no retries of its own, and as many connections as it wants.</summary>
internal static class BareClient
{
    public static HttpClient For(Uri address)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None };
#pragma warning disable RS0030 // What the factory adds, retries above all, is what the harness does by itself and counts.
        return new HttpClient(handler) { BaseAddress = address };
#pragma warning restore RS0030
    }
}
