using Aspire.Hosting.Servers;

namespace Aspire.Hosting.ApplicationModel;

public class RedisResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";

    public RedisResource(string name, ParameterResource password) : this(name) => PasswordParameter = password;

    public EndpointReference PrimaryEndpoint => field ??= new EndpointReference(this, PrimaryEndpointName);

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public ParameterResource? PasswordParameter { get; internal set; }

    public ReferenceExpression ConnectionStringExpression => this.TryGetLastAnnotation<ExternalConnectionAnnotation>(out var given)
        ? ReferenceExpression.Create($"{given.ConnectionString}")
        : PasswordParameter is null
            ? ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}")
            : ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)},password={PasswordParameter}");

    public ReferenceExpression UriExpression => PasswordReference is { } password
        ? ReferenceExpression.Create($"redis://:{password:uri}@{Host}:{Port}")
        : ReferenceExpression.Create($"redis://{Host}:{Port}");

    /// <summary>The parameter, or what the connection string from outside says; null without a password.</summary>
    private ReferenceExpression? PasswordReference => ExternalConnectionAnnotation.Of(this) is { } given
        ? given.Server.Password is { } password ? ReferenceExpression.Create($"{password}") : null
        : PasswordParameter is null ? null : ReferenceExpression.Create($"{PasswordParameter}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Host", ReferenceExpression.Create($"{Host}"));
        yield return new("Port", ReferenceExpression.Create($"{Port}"));
        if (PasswordReference is { } password)
        {
            yield return new("Password", password);
        }

        yield return new("Uri", UriExpression);
    }
}
