using Freshet.Simulators;
using Freshet.Simulators.Demo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Senders to try an installation with. 'demo' is what AppHost runs when Demo__Traffic is true; 'send' delivers as one vendor does.
if (args is ["send", .. var rest])
{
    return await SendCommand.RunAsync(rest, Console.Out, CancellationToken.None);
}

if (args is not [] and not ["demo", ..])
{
    Console.WriteLine(SendCommand.Usage);
    return 2;
}

var builder = Host.CreateApplicationBuilder();
builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
builder.Services.AddHttpClient().AddSingleton(TimeProvider.System).AddHostedService<DemoTraffic>();
await builder.Build().RunAsync();
return 0;
