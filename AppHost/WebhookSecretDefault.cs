using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Freshet.AppHost;

/// <summary>
/// A random secret in the form of Standard Webhooks: <c>whsec_</c> and the base64 of 24 to 64 bytes, here 32.
/// </summary>
internal sealed class WebhookSecretDefault : ParameterDefault
{
    private const int Bytes = 32;

    public override string GetDefaultValue() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Writes nothing: a manifest cannot describe this form, so whoever deploys gives the secret.</summary>
    public override void WriteToManifest(ManifestPublishingContext context)
    {
    }
}
