// The map of the system: what runs, what it needs, and what it waits for.
using Freshet.AppHost;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
var configuration = builder.Configuration;
var workspace = Path.GetFullPath(configuration["Workspace:Path"] ?? "workspace", builder.AppHostDirectory);

// Made up at the first start and kept in user secrets. To choose one: Parameters__api-key=<value>
GenerateParameterDefault key = new() { MinLength = 43, Special = false };
var apiKey = builder.AddParameter("api-key", key, secret: true, persist: true);
var webhookSecret = builder.AddParameter("demo-webhook-secret", new WebhookSecretDefault(), secret: true, persist: true);
var writeKey = builder.AddParameter("demo-write-key", key, secret: true, persist: true);
var keyEncryptionKey = builder.AddParameter("key-encryption-key", key, secret: true, persist: true);
var identityIndexKey = builder.AddParameter("identity-index-key", key, secret: true, persist: true);

var postgres = builder.AddPostgres("postgres").WithDataVolume();
var database = postgres.AddDatabase("freshet");
var redis = builder.AddRedis("redis");
var rabbitmq = builder.AddRabbitMQ("rabbitmq").WithDataVolume();

var migrator = Host<Projects.Migrator>("migrator")
    .WithEnvironment("Parameters__demo-webhook-secret", webhookSecret)
    .WithEnvironment("Parameters__demo-write-key", writeKey);

var ingress = Host<Projects.Ingress>("ingress", port: 7010)
    .WithEnvironment("Parameters__demo-webhook-secret", webhookSecret)
    .WithEnvironment("Parameters__demo-write-key", writeKey)
    .WaitForCompletion(migrator);

Host<Projects.Processing>("processing", port: 0).WaitForCompletion(migrator);

Host<Projects.Gateway>("gateway", port: 7020)
    .WithEnvironment("Gateway__ApiKey", apiKey)
    .WaitForCompletion(migrator);

// Customers who are not there, to look at something that lives: Demo__Traffic=true dotnet run --project AppHost
if (configuration.GetValue("Demo:Traffic", false))
{
    builder.AddProject<Projects.Simulators>("demo-traffic", launchProfileName: null)
        .WithEnvironment("Parameters__demo-webhook-secret", webhookSecret)
        .WithEnvironment("Parameters__demo-write-key", writeKey)
        .WithReference(ingress).WaitFor(ingress);
}

builder.Build().Run();

// What every host has in common. A host with a port answers on it, and says on /health whether it is ready.
IResourceBuilder<ProjectResource> Host<TProject>(string name, int? port = null) where TProject : IProjectMetadata, new()
{
    var host = builder.AddProject<TProject>(name, launchProfileName: null)
        .WithEnvironment("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithEnvironment("Workspace__Path", workspace)
        .WithEnvironment("Sealing__KeyEncryptionKey", keyEncryptionKey)
        .WithEnvironment("Sealing__IdentityIndexKey", identityIndexKey)
        .WithReference(database).WaitFor(database)
        .WithReference(redis).WaitFor(redis)
        .WithReference(rabbitmq).WaitFor(rabbitmq);
    if (port is null)
    {
        return host;
    }

    var chosen = configuration.GetValue($"Ports:{name}", port.Value);
    return host.WithHttpEndpoint(chosen == 0 ? null : chosen).WithHttpHealthCheck("/health");
}
