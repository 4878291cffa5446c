using Aspire.Hosting.Servers;

namespace Aspire.Hosting.ApplicationModel;

public class RabbitMQServerResource : ContainerResource, IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";
    internal const string ManagementEndpointName = "management";

    public RabbitMQServerResource(string name, ParameterResource? userName, ParameterResource password) : base(name)
    {
        ArgumentNullException.ThrowIfNull(password);
        PrimaryEndpoint = new EndpointReference(this, PrimaryEndpointName);
        ManagementEndpoint = new EndpointReference(this, ManagementEndpointName);
        UserNameParameter = userName;
        PasswordParameter = password;
    }

    public EndpointReference PrimaryEndpoint { get; }

    public EndpointReference ManagementEndpoint { get; }

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public ParameterResource? UserNameParameter { get; internal set; }

    public ParameterResource PasswordParameter { get; internal set; }

    public ReferenceExpression UserNameReference =>
        ExternalConnectionAnnotation.Of(this) is { } given ? ReferenceExpression.Create($"{given.Server.UserName}")
        : UserNameParameter is null ? ReferenceExpression.Create($"guest")
        : ReferenceExpression.Create($"{UserNameParameter}");

    /// <summary>The parameter, or what the connection string from outside says.</summary>
    internal ReferenceExpression PasswordReference => ExternalConnectionAnnotation.Of(this) is { } given
        ? ReferenceExpression.Create($"{given.Server.Password}")
        : ReferenceExpression.Create($"{PasswordParameter}");

    public ReferenceExpression ConnectionStringExpression => this.TryGetLastAnnotation<ExternalConnectionAnnotation>(out var given)
        ? ReferenceExpression.Create($"{given.ConnectionString}")
        : UriExpression;

    public ReferenceExpression UriExpression => ReferenceExpression.Create(
        $"amqp://{UserNameReference:uri}:{PasswordReference:uri}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{Host}")),
        new("Port", ReferenceExpression.Create($"{Port}")),
        new("Username", UserNameReference),
        new("Password", PasswordReference),
        new("Uri", UriExpression),
    ];
}
