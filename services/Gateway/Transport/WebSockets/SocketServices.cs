using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Limits;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>What every socket of this host shares.</summary>
public sealed class SocketServices(
    OperationExecutor executor,
    ApiKeyAuthenticator authenticator,
    RequestParsing parsing,
    ResponseSerializer serializer,
    IServiceScopeFactory scopes,
    IServiceProvider services)
{
    public OperationExecutor Executor => executor;

    public ApiKeyAuthenticator Authenticator => authenticator;

    public RequestParsing Parsing => parsing;

    public ResponseSerializer Serializer => serializer;

    public IServiceScopeFactory Scopes => scopes;

    public TimeProvider Clock { get; } = services.GetRequiredService<TimeProvider>();

    public SocketOptions Options { get; } = services.GetRequiredService<IOptions<SocketOptions>>().Value;

    public OperationLimitsOptions Limits { get; } = services.GetRequiredService<IOptions<OperationLimitsOptions>>().Value;

    public ILogger Logger { get; } = services.GetRequiredService<ILogger<SocketSession>>();

    public CancellationToken Stopping { get; } = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
}
