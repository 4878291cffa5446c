using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Running;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> Switches = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Pipeline:OutputPath",
        ["--step"] = "Pipeline:Step",
        ["--log-level"] = "Logging:LogLevel:Default",
        ["--reset"] = "Hosting:Reset",
    };

    private readonly HostApplicationBuilder _host;
    private readonly BuilderInterceptor? _interceptor;

    public DistributedApplicationBuilder(string[] args) : this(new DistributedApplicationOptions { Args = args })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _interceptor = BuilderInterceptor.Current;
        var settings = new HostApplicationBuilderSettings { DisableDefaults = false };
        _interceptor?.OnConstructing(options, settings);

        AppHostAssembly = FindAssembly(options.AssemblyName);
        AppHostDirectory = options.ProjectDirectory ?? ProjectDirectoryOf(AppHostAssembly)
            ?? settings.ContentRootPath ?? Directory.GetCurrentDirectory();
        settings.ContentRootPath ??= AppHostDirectory;
        settings.ApplicationName ??= AppHostAssembly?.GetName().Name;
        _host = new HostApplicationBuilder(settings);
        var args = CommandLine.Expand(options.Args ?? settings.Args ?? []);
        UserSecretsFile.AddTo(_host.Configuration, AppHostAssembly);
        _host.Configuration.AddCommandLine(args, Switches);
        if (string.Equals(_host.Configuration["AppHost:Operation"], "publish", StringComparison.OrdinalIgnoreCase)
            || _host.Configuration["Publishing:Publisher"] is not null)
        {
            throw new DistributedApplicationException(
                "LocalHosting runs an application and does not publish it. Build with -p:UseAspire=true to publish with the real Aspire.");
        }

        AddServices(options);
        _interceptor?.OnConstructed(this);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (Resources.FirstOrDefault(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because resource of type "
                + $"'{other.GetType()}' with that name already exists. Resource names are case-insensitive.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        _interceptor?.OnBuilding(this);
        try
        {
            var host = _host.Build();
            ExecutionContext.ServiceProvider = host.Services;
            var application = new DistributedApplication(host, _interceptor);
            _interceptor?.OnBuilt(application);
            return application;
        }
        catch (Exception fault) when (_interceptor is not null)
        {
            _interceptor.OnFailed(fault);
            throw;
        }
    }

    private static Assembly? FindAssembly(string? name) =>
        name is null ? Assembly.GetEntryAssembly() : Assembly.Load(new AssemblyName(name));

    private static string? ProjectDirectoryOf(Assembly? assembly) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => string.Equals(a.Key, "apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value;

    private void AddServices(DistributedApplicationOptions options)
    {
        _host.Logging.ClearProviders();
        Services.AddSingleton(options);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton(services => new ResourceCommandService(
            services.GetRequiredService<DistributedApplicationModel>(), services.GetRequiredService<ResourceLoggerService>(), services));
        Services.AddHealthChecks();
        Services.AddHttpClient();
        Services.TryAddSingleton(TimeProvider.System);
        Services.AddSingleton(services => HostingOptions.Read(
            Configuration, AppHostAssembly, AppHostDirectory, services.GetRequiredService<DistributedApplicationOptions>()));
        Services.AddSingleton<Provisioning.ServerPrograms>();
        Services.AddSingleton<DataDirectory>();
        Services.AddSingleton<PortAllocator>();
        Services.AddSingleton<EndpointAllocator>();
        Services.AddSingleton<ProcessLauncher>();
        Services.AddSingleton<RunServices>();
        Services.AddSingleton<HealthMonitor>();
        Services.AddSingleton<Orchestrator>();
        Services.AddSingleton<ConsoleOutput>();
        Services.AddSingleton<ILoggerProvider, ConsoleOutputLoggerProvider>();
        Services.AddHostedService(services => services.GetRequiredService<ConsoleOutput>());
        Services.AddHostedService(services => services.GetRequiredService<Orchestrator>());
    }
}
