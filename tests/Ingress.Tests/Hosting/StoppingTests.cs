using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Freshet.Ingress.Tests.Hosting;

/// <summary>SIGTERM may come at any moment, also while a host waits for its servers.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task A_host_that_is_stopped_while_it_starts_ends_without_a_failure_and_stops_what_had_started()
    {
        var first = new Started();
        await using var app = App(first, services => services.AddHostedService<StopsAndWaits>());

        await app.RunUntilStoppedAsync();

        first.WasStopped.ShouldBeTrue();
    }

    [Fact]
    public async Task A_host_that_cannot_start_still_fails()
    {
        await using var app = App(new Started(), services => services.AddHostedService<Fails>());

        await Should.ThrowAsync<OperationCanceledException>(() => app.RunUntilStoppedAsync(), "nobody asked it to stop");
    }

    private static WebApplication App(Started first, Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddSingleton<IHostedService>(first);
        add(builder.Services);
        return builder.Build();
    }

    private sealed class Started : IHostedService
    {
        public bool WasStopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            WasStopped = true;
            return Task.CompletedTask;
        }
    }

    private sealed class StopsAndWaits(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Fails : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.FromException(new TaskCanceledException("a server did not answer"));

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
