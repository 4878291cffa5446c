namespace Freshet.Ingress.Sources;

/// <summary>Finds the secret that a source names: <c>Parameters:demo-webhook-secret</c>.</summary>
public sealed class SourceSecrets(IConfiguration configuration)
{
    /// <summary>The secret, also under the name with underscores: environment variables cannot have hyphens everywhere.</summary>
    public string? Find(string name) =>
        configuration[$"Parameters:{name}"] is { Length: > 0 } secret ? secret : configuration[$"Parameters:{name.Replace('-', '_')}"];
}
