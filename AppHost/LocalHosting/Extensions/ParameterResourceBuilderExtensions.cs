using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    /// <summary>A value that must be given: configuration key <c>Parameters:{name}</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        AddConfigured(builder, name, ParameterKey(name), value: null, secret);

    /// <summary>A fixed value. Configuration is not consulted.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        return AddParameter(builder, name, () => value, publishValueAsDefault, secret);
    }

    /// <summary>A computed value. Configuration is not consulted.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        string name,
        Func<string> valueGetter,
        bool publishValueAsDefault = false,
        bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(valueGetter);
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException("A parameter cannot be both secret and published as a default value.", nameof(secret));
        }

        return builder.AddResource(new ParameterResource(name, _ => valueGetter(), secret));
    }

    /// <summary>A value from configuration, else from <paramref name="value"/>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The parameter's name; its configuration key is <c>Parameters:{name}</c>.</param>
    /// <param name="value">Where the value comes from when configuration has none.</param>
    /// <param name="secret">Never shown.</param>
    /// <param name="persist">Keeps a made-up value in the AppHost's user secrets, so that the next run finds it.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        return AddConfigured(builder, name, ParameterKey(name), persist ? Kept(builder, name, value) : value, secret);
    }

    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false) =>
        AddConfigured(builder, name, configurationKey, value: null, secret);

    public static IResourceBuilder<ParameterResource> WithDescription(
        this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.Description = description;
        builder.Resource.EnableDescriptionMarkdown = enableMarkdown;
        return builder;
    }

    /// <summary>A connection string from configuration: key <c>ConnectionStrings:{name}</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var key = $"ConnectionStrings:{name}";
        return builder.AddResource(new ConnectionStringParameterResource(
            name, _ => builder.Configuration[key] is { Length: > 0 } value ? value : throw Missing(name, key), environmentVariableName)
        {
            ConfigurationKey = key,
        });
    }

    /// <summary>A connection string that is put together from other values.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var result = builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
        foreach (var mentioned in Mentioned(connectionStringExpression).Distinct())
        {
            result.WithAnnotation(new WaitAnnotation(mentioned, WaitType.WaitUntilStarted));
        }

        return result;
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        ArgumentNullException.ThrowIfNull(connectionStringBuilder);
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return AddConnectionString(builder, name, expression.Build());
    }

    /// <summary>A random password that stays the same between runs.</summary>
    public static ParameterResource CreateDefaultPasswordParameter(
        IDistributedApplicationBuilder builder,
        string name,
        bool lower = true,
        bool upper = true,
        bool numeric = true,
        bool special = true,
        int minLower = 0,
        int minUpper = 0,
        int minNumeric = 0,
        int minSpecial = 0)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var rule = new GenerateParameterDefault
        {
            MinLength = 22, // the length of 128 random bits in this alphabet
            Lower = lower,
            Upper = upper,
            Numeric = numeric,
            Special = special,
            MinLower = minLower,
            MinUpper = minUpper,
            MinNumeric = minNumeric,
            MinSpecial = minSpecial,
        };
        return Configured(builder, name, ParameterKey(name), Kept(builder, name, rule), secret: true);
    }

    private static IEnumerable<IResource> Mentioned(ReferenceExpression expression) => expression.ValueProviders.SelectMany(p => p switch
    {
        EndpointReference endpoint => [endpoint.Resource],
        EndpointReferenceExpression part => [part.Endpoint.Resource],
        ReferenceExpression inner => Mentioned(inner),
        IResource resource => [resource],
        _ => Enumerable.Empty<IResource>(),
    });

    private static string ParameterKey(string name) => $"Parameters:{name}";

    private static IResourceBuilder<ParameterResource> AddConfigured(
        IDistributedApplicationBuilder builder, string name, string key, ParameterDefault? value, bool secret)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(Configured(builder, name, key, value, secret));
    }

    private static ParameterResource Configured(
        IDistributedApplicationBuilder builder, string name, string key, ParameterDefault? value, bool secret) =>
        new(name, fallback => Configuration(builder.Configuration, key) ?? fallback?.GetDefaultValue() ?? throw Missing(name, key), secret)
        {
            Default = value,
            ConfigurationKey = key,
        };

    /// <summary>The value of the strongest source that has one. Shells cannot name a variable with '-', so '_' stands for it: a variable that is
    /// written so must win over a value that was kept under the real name.</summary>
    private static string? Configuration(ConfigurationManager configuration, string key)
    {
        string[] forms = [key, key.Replace('-', '_')];
        return ((IConfigurationRoot)configuration).Providers.Reverse()
            .SelectMany(source => forms.Select(form => source.TryGet(form, out var value) ? value : null))
            .FirstOrDefault(value => value is { Length: > 0 });
    }

    private static MissingParameterValueException Missing(string name, string key) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Parameter resource could not be used because configuration key '{key}' is missing and the Parameter '{name}' has no default value. Set it: {key.Replace(":", "__", StringComparison.Ordinal)}=<value>"));

    private static KeptParameterDefault Kept(IDistributedApplicationBuilder builder, string name, ParameterDefault value) =>
        new(builder, ParameterKey(name), value);

    /// <summary>Made up once, then found in the secrets file by the next run.</summary>
    private sealed class KeptParameterDefault(IDistributedApplicationBuilder builder, string key, ParameterDefault inner)
        : ParameterDefault
    {
        public override string GetDefaultValue()
        {
            var value = inner.GetDefaultValue();
            return HostingOptions.PathOfSecrets(builder.Configuration, builder.AppHostAssembly, builder.AppHostDirectory) is { } path
                ? UserSecretsFile.Keep(path, key, value)
                : value;
        }

        public override void WriteToManifest(ManifestPublishingContext context) => inner.WriteToManifest(context);
    }
}
