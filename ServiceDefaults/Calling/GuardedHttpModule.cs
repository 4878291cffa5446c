using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;

namespace Freshet.ServiceDefaults.Calling;

public static partial class GuardedHttpModule
{
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>Adds <see cref="GuardedHttp"/>. May be called by several features of a host.</summary>
    public static IHostApplicationBuilder AddGuardedHttp(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(GuardedHttp)))
        {
            return builder;
        }

        var mayBeHere = builder.Environment.IsDevelopment();
        AddClient(builder.Services, GuardedHttp.PublicClient, address => PublicAddresses.Contains(address) || (mayBeHere && IPAddress.IsLoopback(address)));
        AddClient(builder.Services, GuardedHttp.ListedClient, _ => true);
        builder.Services.TryAddSingleton<GuardedHttp>();
        return builder;
    }

    private static void AddClient(IServiceCollection services, string name, Func<IPAddress, bool> isAllowed)
    {
        // The defaults of other clients try again and log addresses.
#pragma warning disable EXTEXP0001 // The only way to leave the default resilience out; the package marks it as one that may change.
        var client = services.AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan).RemoveAllResilienceHandlers().RemoveAllLoggers();
#pragma warning restore EXTEXP0001
        client.ConfigurePrimaryHttpMessageHandler(() => GuardedConnections.Handler(isAllowed));
        client.AddResilienceHandler("guarded", Configure)
            .SelectPipelineBy(_ => message => message.Options.TryGetValue(GuardedHttp.Request, out var request) ? request.Circuit : "");
        client.AddHttpMessageHandler(() => new WholeAnswer(GuardedHttp.LargestAnswer));
    }

    private static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        var logger = context.ServiceProvider.GetRequiredService<ILogger<GuardedHttp>>();
        var circuit = context.InstanceName;
        pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
        pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = 5,
            SamplingDuration = Sampling,
            BreakDuration = Pause,
            ShouldHandle = arguments => ValueTask.FromResult(
                HttpClientResiliencePredicates.IsTransient(arguments.Outcome) && !GuardedHttp.IsForbidden(arguments.Outcome.Exception)),
            OnOpened = _ => Told(() => Log.Opened(logger, circuit, Pause.TotalSeconds)),
            OnClosed = _ => Told(() => Log.Closed(logger, circuit)),
        });
        pipeline.AddTimeout(new HttpTimeoutStrategyOptions
        {
            TimeoutGenerator = static arguments => ValueTask.FromResult(
                arguments.Context.GetRequestMessage()!.Options.TryGetValue(GuardedHttp.Request, out var request) ? request.Timeout : TimeSpan.Zero),
        });
    }

    private static ValueTask Told(Action tell)
    {
        tell();
        return default;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Half of the calls for {Circuit} failed: nobody is asked for {Seconds} s. See that the address in the workspace answers in time",
            EventName = "circuit.opened")]
        public static partial void Opened(ILogger logger, string? circuit, double seconds);

        [LoggerMessage(2, LogLevel.Information, "Calls for {Circuit} succeed again", EventName = "circuit.closed")]
        public static partial void Closed(ILogger logger, string? circuit);
    }
}
