using Freshet.System.Tests;
using Freshet.Testing.Drivers;

[assembly: AssemblyFixture(typeof(RunningFreshet))]

namespace Freshet.System.Tests;

/// <summary>One Freshet for the whole assembly: starting it takes seconds, and sharing it is how it is used.</summary>
public sealed class RunningFreshet : IAsyncLifetime
{
    /// <summary>The collection of all tests here: they share one installation, and one of them kills parts of it.</summary>
    public const string OneAtATime = "one installation";

    private Installation? installation;

    public Installation Installation => installation ?? throw new InvalidOperationException("The fixture has not been started.");

    public async ValueTask InitializeAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        installation = await Installation.StartAsync<Projects.AppHost>(timeout.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (installation is not null)
        {
            await installation.DisposeAsync();
        }
    }
}
