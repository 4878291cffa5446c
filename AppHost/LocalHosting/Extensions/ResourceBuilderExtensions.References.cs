using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Injects <c>ConnectionStrings__{name}</c> and the string's parts as <c>{NAME}_HOST</c>, <c>{NAME}_PORT</c> ...</summary>
    /// <param name="builder">The resource that uses the source.</param>
    /// <param name="source">The resource that has a connection string.</param>
    /// <param name="connectionName">Used instead of the source's name.</param>
    /// <param name="optional">When true, an empty connection string is no error.</param>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;
        builder.WithReferenceRelationship(resource);
        return builder.WithEnvironment(async context =>
        {
            var flags = FlagsOf(context.Resource);
            var name = connectionName ?? resource.Name;
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
            {
                var value = await ConnectionStringAsync(resource, optional, context.CancellationToken);
                context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] = value;
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties))
            {
                foreach (var (property, value) in PropertiesOf(resource))
                {
                    context.EnvironmentVariables[$"{VariableName(name)}_{property.ToUpperInvariant()}"] = value;
                }
            }
        });
    }

    /// <summary>Injects every endpoint of a service: <c>services__{name}__http__0</c> and <c>{NAME}_HTTP</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        return builder.WithEndpointReferences(source.Resource, name: null, only: null);
    }

    /// <summary>The same under another name, which is used as it is written.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(name);
        return builder.WithEndpointReferences(source.Resource, name, only: null);
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(endpointReference);
        return builder.WithEndpointReferences(endpointReference.Resource, name: null, endpointReference.EndpointName);
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.AbsolutePath != "/")
        {
            throw new InvalidOperationException($"The URL of '{name}' must be absolute, with the path \"/\".");
        }

        return builder.WithEnvironment($"services__{name}__default__0", uri.ToString()).WithEnvironment(name, uri.ToString());
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(externalService);
        builder.WithReferenceRelationship(externalService.Resource);
        return builder.WithEnvironment(async context =>
        {
            var uri = await externalService.Resource.GetUriAsync(context.CancellationToken);
            var name = externalService.Resource.Name;
            var flags = FlagsOf(context.Resource);
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            {
                context.EnvironmentVariables[$"services__{name}__{uri.Scheme}__0"] = uri.ToString();
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
            {
                context.EnvironmentVariables[VariableName(name)] = uri.ToString();
            }
        });
    }

    /// <summary>Which variables references inject into this resource.</summary>
    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder, ReferenceEnvironmentInjectionFlags flags)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(
            new ReferenceEnvironmentInjectionAnnotation(flags), ResourceAnnotationMutationBehavior.Replace);
    }

    public static IResourceBuilder<T> WithConnectionProperty<T>(
        this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithConnectionString
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new ConnectionPropertyAnnotation(name, value));
    }

    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, string value)
        where T : IResourceWithConnectionString => builder.WithConnectionProperty(name, ReferenceExpression.Create($"{value}"));

    /// <summary>As in a variable's name: <c>app-db</c> becomes <c>APP_DB</c>.</summary>
    internal static string VariableName(string name) =>
        new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_')]);

    private static IEnumerable<KeyValuePair<string, ReferenceExpression>> PropertiesOf(IResourceWithConnectionString resource) =>
        resource.GetConnectionProperties().Concat(resource.Annotations.OfType<ConnectionPropertyAnnotation>()
            .Select(a => KeyValuePair.Create(a.Name, a.Value)));

    private static ReferenceEnvironmentInjectionFlags FlagsOf(IResource resource) =>
        resource.TryGetLastAnnotation<ReferenceEnvironmentInjectionAnnotation>(out var annotation)
            ? annotation.Flags
            : ReferenceEnvironmentInjectionFlags.All;

    private static async Task<string> ConnectionStringAsync(
        IResourceWithConnectionString resource, bool optional, CancellationToken cancellationToken)
    {
        try
        {
            var value = await resource.GetConnectionStringAsync(cancellationToken);
            return !string.IsNullOrEmpty(value) || optional ? value ?? "" : throw new DistributedApplicationException(
                $"The connection string for the resource '{resource.Name}' is not available.");
        }
        catch (MissingParameterValueException) when (optional)
        {
            return "";
        }
    }

    private static IResourceBuilder<TDestination> WithEndpointReferences<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceWithEndpoints source, string? name, string? only)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WithReferenceRelationship(source);
        return builder.WithEnvironment(context =>
        {
            var flags = FlagsOf(context.Resource);
            var endpoints = source.GetEndpoints().Where(e => only is null
                || string.Equals(e.EndpointName, only, StringComparison.OrdinalIgnoreCase));
            foreach (var endpoint in endpoints)
            {
                if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
                {
                    context.EnvironmentVariables[$"services__{name ?? source.Name}__{endpoint.EndpointName}__0"] = endpoint;
                }

                if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
                {
                    var variable = name ?? VariableName(source.Name);
                    context.EnvironmentVariables[$"{variable}_{VariableName(endpoint.EndpointName)}"] = endpoint;
                }
            }
        });
    }
}
