using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs an AppHost's entry point on a thread of its own and holds it at Build(), so that the test can change the model;
/// after Build() the entry point waits in Run() for the end, and the test starts and stops the application.
/// </summary>
internal sealed class HeldEntryPoint(
    Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    : TestDefaults(args, configureBuilder), IDisposable
{
    private readonly string[] _args = args;
    private readonly TaskCompletionSource<IDistributedApplicationBuilder> _builder = New<IDistributedApplicationBuilder>();
    private readonly TaskCompletionSource<DistributedApplication> _application = New<DistributedApplication>();
    private readonly ManualResetEventSlim _go = new();
    private bool _givenUp;

    public Task<IDistributedApplicationBuilder> BuilderAsync(CancellationToken cancellationToken)
    {
        new Thread(RunEntryPoint) { IsBackground = true, Name = $"{appHost.GetName().Name} under test" }.Start();
        return _builder.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the entry point go on.</summary>
    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _go.Set();
        return _application.Task.WaitAsync(cancellationToken);
    }

    public override void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        // The entry assembly of a test is the test runner.
        options.AssemblyName ??= appHost.GetName().Name;
        base.OnConstructing(options, settings);
    }

    public override void OnBuilding(IDistributedApplicationBuilder builder)
    {
        _builder.TrySetResult(builder);
        _go.Wait();
        if (_givenUp)
        {
            throw new OperationCanceledException("The test was disposed of before it built the application.");
        }
    }

    public override void OnBuilt(DistributedApplication application) => _application.TrySetResult(application);

    public override void OnFailed(Exception fault) => _application.TrySetException(fault);

    public void Dispose()
    {
        _givenUp = true;
        _go.Set();
    }

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The edge of the thread: the entry point's exception becomes the test's.</summary>
    private void RunEntryPoint()
    {
        Current = this;
        try
        {
            var entry = appHost.EntryPoint ?? throw new InvalidOperationException(
                $"Assembly '{appHost.GetName().Name}' has no entry point: is it an AppHost?");
            var result = entry.Invoke(obj: null, entry.GetParameters().Length == 0 ? null : [_args]);
            (result as Task)?.GetAwaiter().GetResult();
            Fail(new InvalidOperationException("The AppHost's entry point ended without building an application."));
        }
        catch (TargetInvocationException fault)
        {
            Fail(fault.InnerException ?? fault);
        }
        catch (InvalidOperationException fault)
        {
            Fail(fault);
        }
    }

    private void Fail(Exception fault)
    {
        _builder.TrySetException(fault);
        _application.TrySetException(fault);
    }
}
