using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Freshet.LocalHosting.Tests;

/// <summary>Short words for what the tests of this project do again and again.</summary>
internal static class TestApplication
{
    /// <summary>Enough for packages to be fetched once on a slow day.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static IDistributedApplicationTestingBuilder Builder(params string[] args) =>
        DistributedApplicationTestingBuilder.Create(args);

    /// <summary>The variables of a resource, with every endpoint on the port it asked for.</summary>
    public static async Task<Dictionary<string, string>> VariablesAsync(
        this IDistributedApplicationTestingBuilder builder, IResource resource)
    {
        builder.Configuration["Hosting:RandomizePorts"] = "false";
        var app = await builder.BuildAsync();
        app.Services.GetRequiredService<EndpointAllocator>()
            .Allocate(app.Services.GetRequiredService<DistributedApplicationModel>());
        return await EnvironmentEvaluator.VariablesAsync(
            resource, builder.ExecutionContext, NullLogger.Instance, CancellationToken.None);
    }

    public static int PidOf(this DistributedApplication app, string resource)
    {
        app.ResourceNotifications.TryGetCurrentState(resource, out var state).ShouldBeTrue();
        return int.Parse((string)state!.Snapshot.Properties.Single(p => p.Name == KnownProperties.Executable.Pid).Value!, CultureInfo.InvariantCulture);
    }

    public static bool IsAlive(int pid)
    {
        try
        {
            // A process that ended and was not yet collected by its parent is a zombie: state Z in /proc.
            return !File.ReadAllText($"/proc/{pid}/stat").Split(' ')[2].StartsWith('Z');
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }

    /// <summary>Waits for a condition that the system brings about by itself.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, TimeSpan timeout, string what)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (!condition())
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(timeout, what);
            await timer.WaitForNextTickAsync();
        }
    }
}
