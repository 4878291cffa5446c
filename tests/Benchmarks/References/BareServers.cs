using Aspire.Hosting;

namespace Freshet.Benchmarks.References;

/// <summary>PostgreSQL, Redis and RabbitMQ as AppHost has them, and nothing else.</summary>
internal static class BareServers
{
    public static Task RunAsync(string[] arguments)
    {
        var builder = DistributedApplication.CreateBuilder(arguments);
        builder.AddPostgres("postgres").AddDatabase("freshet");
        builder.AddRedis("redis");
        builder.AddRabbitMQ("rabbitmq");
        return builder.Build().RunAsync();
    }
}
