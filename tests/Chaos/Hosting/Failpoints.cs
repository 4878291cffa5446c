using System.Collections.Concurrent;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Freshet.Chaos.Hosting;

/// <summary>Where each host is to end itself after its next start. Nothing is armed unless a fault asks for it.</summary>
internal sealed class Failpoints
{
    private readonly ConcurrentDictionary<string, (string Name, int Hit)> armed = new();

    /// <summary>From the next start of the host on it ends at the given hit of the failpoint.</summary>
    public void Arm(string host, string failpoint, int hit) => armed[host] = (failpoint, hit);

    public void Disarm(string host) => armed.TryRemove(host, out _);

    /// <summary>Called for a host each time that it is started.</summary>
    public void Write(EnvironmentCallbackContext context)
    {
        if (armed.TryGetValue(context.Resource.Name, out var point))
        {
            context.EnvironmentVariables[$"Failpoints__{point.Name}"] = point.Hit.ToString(CultureInfo.InvariantCulture);
        }
    }
}
