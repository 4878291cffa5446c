using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>How a test host takes part in the construction of an AppHost that runs on the same async flow.</summary>
internal abstract class BuilderInterceptor
{
    private static readonly AsyncLocal<BuilderInterceptor?> Flow = new();

    public static BuilderInterceptor? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public virtual void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
    }

    public virtual void OnConstructed(IDistributedApplicationBuilder builder)
    {
    }

    /// <summary>Called at Build(), before the host is built; may block until the test is done with the builder.</summary>
    public virtual void OnBuilding(IDistributedApplicationBuilder builder)
    {
    }

    public virtual void OnBuilt(DistributedApplication application)
    {
    }

    public virtual void OnFailed(Exception fault)
    {
    }
}
