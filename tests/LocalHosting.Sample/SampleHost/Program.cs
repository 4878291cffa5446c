// A small AppHost for tests. Configuration: Sample:Servers=true adds the servers, Sample:JobExitCode=<n> a one-shot.
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
var service = builder.AddProject<Projects.SampleService>("service").WithHttpHealthCheck("/health");
if (builder.Configuration.GetValue("Sample:Servers", defaultValue: false))
{
    var postgres = builder.AddPostgres("postgres");
    service
        .WithReference(postgres.AddDatabase("orders"))
        .WithReference(builder.AddRedis("redis"))
        .WithReference(builder.AddRabbitMQ("rabbitmq"));
}

if (builder.Configuration["Sample:JobExitCode"] is { } code)
{
    var job = builder.AddExecutable("job", "sh", ".", "-c", $"echo working; exit {code}");
    service.WaitForCompletion(job);
}

builder.Build().Run();
