using System.Net.Sockets;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Launching;

/// <summary>What every project gets: the endpoints and variables of its launch profile, telemetry variables, its URLs.</summary>
internal static class ProjectDefaults
{
    public static void Apply(IResourceBuilder<ProjectResource> project, NamedLaunchProfile? profile)
    {
        var urls = profile?.Profile.ApplicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        foreach (var url in urls.Select(ParseUrl))
        {
            project.WithAnnotation(new EndpointAnnotation(
                ProtocolType.Tcp, url.Scheme, name: FreeName(project.Resource, url.Scheme), port: url.Port));
        }

        AddTelemetry(project);
        AddConsole(project);
        if (profile is not null)
        {
            AddProfile(project, profile);
        }

        project.WithEnvironment(AddUrls);
    }

    private static Uri ParseUrl(string url) => new(url
        .Replace("://*", "://localhost", StringComparison.Ordinal)
        .Replace("://+", "://localhost", StringComparison.Ordinal));

    private static string FreeName(ProjectResource project, string scheme)
    {
        var taken = project.Annotations.OfType<EndpointAnnotation>().Select(e => e.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? scheme : $"{scheme}{i}").First(name => !taken.Contains(name));
    }

    private static void AddTelemetry(IResourceBuilder<ProjectResource> project)
    {
        var configuration = project.ApplicationBuilder.Configuration;
        var isDevelopment = project.ApplicationBuilder.Environment.IsDevelopment();
        var instance = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 8);
        project.WithEnvironment(context =>
        {
            var variables = context.EnvironmentVariables;
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
            OtlpEnvironment.AddTo(variables, configuration, isDevelopment);
            variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
            variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance}";
        });
    }

    private static void AddConsole(IResourceBuilder<ProjectResource> project) => project
        .WithEnvironment("LOGGING__CONSOLE__FORMATTERNAME", "simple")
        .WithEnvironment(context =>
        {
            if (!Console.IsOutputRedirected)
            {
                context.EnvironmentVariables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
            }
        });

    private static void AddProfile(IResourceBuilder<ProjectResource> project, NamedLaunchProfile profile) =>
        project.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profile.Name);
            foreach (var (name, value) in profile.Profile.EnvironmentVariables)
            {
                context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
            }
        });

    private static void AddUrls(EnvironmentCallbackContext context)
    {
        var filters = context.Resource.Annotations.OfType<EndpointEnvironmentFilterAnnotation>().Select(a => a.Filter).ToList();
        var endpoints = context.Resource.Annotations.OfType<EndpointAnnotation>()
            .Where(e => e.UriScheme is "http" or "https" && e.TargetPortEnvironmentVariable is null && filters.All(f => f(e)))
            .ToList();
        if (endpoints.Count == 0)
        {
            return;
        }

        var text = new ReferenceExpressionBuilder();
        foreach (var endpoint in endpoints)
        {
            var reference = new EndpointReference((IResourceWithEndpoints)context.Resource, endpoint);
            text.AppendLiteral($"{(text.IsEmpty ? "" : ";")}{endpoint.UriScheme}://{endpoint.TargetHost}:");
            text.AppendFormatted(reference.Property(EndpointProperty.TargetPort));
        }

        context.EnvironmentVariables["ASPNETCORE_URLS"] = text.Build();
        if (endpoints.Find(e => e.UriScheme == "https") is { } secure)
        {
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] =
                new EndpointReference((IResourceWithEndpoints)context.Resource, secure).Property(EndpointProperty.Port);
        }
    }
}
