using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.LookUps;

/// <summary>How the Gateway asks sources for newer values. What is about one source stands in its file in the workspace. Section <c>Gateway:LookUps</c>.</summary>
public sealed class LookUpOptions
{
    /// <summary>How long a call may go on after the queries that wanted it were answered: what it brings is fresh for the next ones.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan FinishWithin { get; set; } = TimeSpan.FromSeconds(5);
}
