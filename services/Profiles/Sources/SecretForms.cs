using System.Buffers.Text;
using System.Security.Cryptography;

namespace Freshet.Profiles.Sources;

/// <summary>The form that the secrets of a kind of sender have.</summary>
public static class SecretForms
{
    // What a person or a vendor chose; shorter ones can be guessed.
    private const int ShortestKey = 16;

    /// <summary>What a secret is not, and what to give in its place; null if it will do. The secret itself is never shown.</summary>
    public static string? FaultOf(SourceKind kind, string secret)
    {
        var text = secret.Trim();
        return kind switch
        {
            SourceKind.StandardWebhooks or SourceKind.Svix => IsWebhookKey(text) ? null
                : "no key of Standard Webhooks; give 'whsec_' and 24 to 64 bytes in base64, or 'whpk_' and an ed25519 public key (32 bytes in base64)",
            SourceKind.Stripe => text.StartsWith("whsec_", StringComparison.Ordinal) && text.Length >= ShortestKey ? null
                : "no signing secret of Stripe; give the one that the endpoint's page shows, 'whsec_' and what follows",
            SourceKind.Sendgrid => IsPublicKey(text) ? null
                : "no verification key of SendGrid; give the public key that the settings of the Event Webhook show (an ECDSA P-256 key in base64)",
            SourceKind.Tracking or SourceKind.Mixpanel or SourceKind.Ga4 or SourceKind.AmazonSns => null,
            _ => text.Length >= ShortestKey && !text.Any(char.IsControl) ? null
                : $"too short to be a secret, or has control characters; give at least {ShortestKey} characters",
        };
    }

    private static bool IsWebhookKey(string value) =>
        (value.StartsWith("whsec_", StringComparison.Ordinal) && BytesOf(value[6..]) is >= 24 and <= 64)
        || (value.StartsWith("whpk_", StringComparison.Ordinal) && BytesOf(value[5..]) == 32);

    private static int BytesOf(string base64) => Base64.IsValid(base64, out var length) ? length : -1;

    private static bool IsPublicKey(string base64)
    {
        if (!Base64.IsValid(base64))
        {
            return false;
        }

        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(base64), out _);
            return key.KeySize == 256;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
