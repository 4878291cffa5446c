using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.Transport.ServerSentEvents;

/// <summary>GraphQL over server-sent events. Section <c>Gateway:EventStreams</c>.</summary>
public sealed class EventStreamOptions
{
    public const string Section = "Gateway:EventStreams";

    /// <summary>How often a comment is sent while there is no event, so that proxies keep the connection and a dead client is noticed.</summary>
    /// <value>12 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(12);
}
