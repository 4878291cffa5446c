using Aspire.Hosting.Servers;

namespace Aspire.Hosting.ApplicationModel;

public class PostgresServerResource : ContainerResource, IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";
    private readonly Dictionary<string, string> _databases = new(StringComparer.OrdinalIgnoreCase);

    public PostgresServerResource(string name, ParameterResource? userName, ParameterResource password) : base(name)
    {
        ArgumentNullException.ThrowIfNull(password);
        PrimaryEndpoint = new EndpointReference(this, PrimaryEndpointName);
        UserNameParameter = userName;
        PasswordParameter = password;
    }

    public EndpointReference PrimaryEndpoint { get; }

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public ParameterResource? UserNameParameter { get; internal set; }

    public ParameterResource PasswordParameter { get; internal set; }

    public ReferenceExpression UserNameReference =>
        ExternalConnectionAnnotation.Of(this) is { } given ? ReferenceExpression.Create($"{given.Server.UserName}")
        : UserNameParameter is null ? ReferenceExpression.Create($"postgres")
        : ReferenceExpression.Create($"{UserNameParameter}");

    /// <summary>The parameter, or what the connection string from outside says.</summary>
    internal ReferenceExpression PasswordReference => ExternalConnectionAnnotation.Of(this) is { } given
        ? ReferenceExpression.Create($"{given.Server.Password}")
        : ReferenceExpression.Create($"{PasswordParameter}");

    public ReferenceExpression ConnectionStringExpression => this.TryGetLastAnnotation<ExternalConnectionAnnotation>(out var given)
        ? ReferenceExpression.Create($"{given.ConnectionString}")
        : ReferenceExpression.Create($"Host={Host};Port={Port};Username={UserNameReference};Password={PasswordParameter}");

    public ReferenceExpression UriExpression =>
        ReferenceExpression.Create($"postgresql://{UserNameReference:uri}:{PasswordReference:uri}@{Host}:{Port}");

    public ReferenceExpression JdbcConnectionString => ReferenceExpression.Create($"jdbc:postgresql://{Host}:{Port}");

    /// <summary>Resource name to database name.</summary>
    public IReadOnlyDictionary<string, string> Databases => _databases;

    internal List<PostgresDatabaseResource> DatabaseResources { get; } = [];

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        foreach (var property in ServerProperties())
        {
            yield return property;
        }

        yield return new("Uri", UriExpression);
        yield return new("JdbcConnectionString", JdbcConnectionString);
    }

    internal IEnumerable<KeyValuePair<string, ReferenceExpression>> ServerProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{Host}")),
        new("Port", ReferenceExpression.Create($"{Port}")),
        new("Username", UserNameReference),
        new("Password", PasswordReference),
    ];

    internal void AddDatabase(PostgresDatabaseResource database)
    {
        _databases.TryAdd(database.Name, database.DatabaseName);
        DatabaseResources.Add(database);
    }
}

public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
    : Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
{
    public PostgresServerResource Parent { get; } = postgresParentResource;

    public string DatabaseName { get; } = databaseName;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent};Database={QuotedName}");

    public ReferenceExpression UriExpression => ReferenceExpression.Create($"{Parent.UriExpression}/{DatabaseName:uri}");

    public ReferenceExpression JdbcConnectionString =>
        ReferenceExpression.Create($"{Parent.JdbcConnectionString}/{DatabaseName:uri}");

    /// <summary>As the rules of connection strings want it: <c>my;db</c> becomes <c>"my;db"</c>.</summary>
    private string QuotedName =>
        new System.Data.Common.DbConnectionStringBuilder { ["Database"] = DatabaseName }.ConnectionString["Database=".Length..];

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        foreach (var property in Parent.ServerProperties())
        {
            yield return property;
        }

        yield return new("Uri", UriExpression);
        yield return new("JdbcConnectionString", JdbcConnectionString);
        yield return new("DatabaseName", ReferenceExpression.Create($"{DatabaseName}"));
    }
}

internal sealed class CreationScriptAnnotation(string script) : IResourceAnnotation
{
    public string Script { get; } = script;
}
