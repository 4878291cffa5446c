using System.Security.Cryptography;
using System.Text;
using Freshet.Gateway.Execution.Limits;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Transport.Ide;

/// <summary>
/// The explorer that a browser gets at the GraphQL address. Self-contained: one page, its style and script inside it under a nonce, so
/// the content policy can forbid everything else. It holds no key; the visitor types one, and it stays in that tab.
/// </summary>
public sealed class ExplorerPage(IOptions<GatewayAccessOptions> access, IHostEnvironment environment)
{
    private const string NoncePlaceholder = "{{nonce}}";

    private readonly Lazy<string> _template = new(Compose);

    public bool IsEnabled { get; } = access.Value.ShowExplorer ?? environment.IsDevelopment();

    public async Task WriteAsync(HttpResponse response, CancellationToken ct)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        await response.WriteAsync(_template.Value.Replace(NoncePlaceholder, nonce, StringComparison.Ordinal), Encoding.UTF8, ct);
    }

    private static string Compose() => Read("index.html")
        .Replace("{{style}}", Read("explorer.css"), StringComparison.Ordinal)
        .Replace("{{script}}", Read("explorer.js"), StringComparison.Ordinal);

    private static string Read(string name)
    {
        using var stream = typeof(ExplorerPage).Assembly.GetManifestResourceStream($"Freshet.Gateway.Transport.Ide.{name}")
            ?? throw new InvalidOperationException($"The explorer's '{name}' is not embedded in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
