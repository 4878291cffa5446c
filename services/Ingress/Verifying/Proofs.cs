using System.Text;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Verifying;

/// <summary>Which proof a kind of sender gives.</summary>
public sealed class Proofs(SigningCertificates certificates, UsedTokens tokens)
{
    /// <summary>The proof of a source; null where a secret or a setting that it cannot do without is missing, or where its kind sends no webhooks.</summary>
    /// <param name="source">What the workspace says.</param>
    /// <param name="secrets">The secrets that are set and have the form of their kind.</param>
    public IProof? Of(Source source, IReadOnlyList<string> secrets)
    {
        if (source.Kind == SourceKind.AmazonSns)
        {
            return source.TopicArns.Count > 0 ? new AmazonSnsProof(source.TopicArns, certificates) : null;
        }

        return secrets.Count == 0 ? null : OfKeys(source, secrets);
    }

    private IProof? OfKeys(Source source, IReadOnlyList<string> secrets)
    {
        byte[][] keys = [.. secrets.Select(Encoding.UTF8.GetBytes)];
        return source.Kind switch
        {
            SourceKind.StandardWebhooks or SourceKind.Svix => OfStandardWebhooks(source, secrets),
            SourceKind.Stripe => new StripeProof(keys),
            SourceKind.Shopify => BodyHmacProof.Shopify(keys),
            SourceKind.Hubspot => new HubSpotProof(keys, source.PublicUrl),
            SourceKind.Woocommerce => BodyHmacProof.WooCommerce(keys),
            SourceKind.Sendgrid => OfSendGrid(secrets),
            SourceKind.Mailgun => new MailgunProof(keys, tokens, source.Id),
            SourceKind.Postmark => new SharedKeyProof(secrets, new KeyPlaces(BasicUser: source.BasicUser ?? source.Id, Header: source.KeyHeader)),
            SourceKind.Dataverse => new SharedKeyProof(secrets, new KeyPlaces(Header: source.KeyHeader, Query: "code")),
            SourceKind.Salesforce => new SalesforceProof(
                new SharedKeyProof(secrets, new KeyPlaces(BasicUser: source.BasicUser ?? source.Id, Query: "code")), source.OrganizationId),
            SourceKind.Cloudevents => new SharedKeyProof(
                secrets, new KeyPlaces(BasicUser: source.BasicUser ?? source.Id, Header: source.KeyHeader, Query: "access_token", IsBearer: true)),
            SourceKind.Github or SourceKind.Meta => BodyHmacProof.GitHub(keys),
            SourceKind.MicrosoftGraph => new MicrosoftGraphProof(secrets),
            SourceKind.Hmac => source.Hmac is { } form ? new HmacProof(keys, form) : null,
            _ => null,
        };
    }

    private static StandardWebhooksProof? OfStandardWebhooks(Source source, IReadOnlyList<string> secrets)
    {
        SigningSecret[] keys = [.. secrets.Select(SigningSecret.Parse).OfType<SigningSecret>()];
        return keys.Length > 0 ? new StandardWebhooksProof(keys, source.Kind == SourceKind.Svix) : null;
    }

    private static SendGridProof? OfSendGrid(IReadOnlyList<string> secrets)
    {
        SendGridKey[] keys = [.. secrets.Select(SendGridKey.Parse).OfType<SendGridKey>()];
        return keys.Length > 0 ? new SendGridProof(keys) : null;
    }
}
