namespace Freshet.Profiles.Sources;

/// <summary>
/// What kind of sender a source is: how it proves itself, how its bodies are cut into events, which answers it needs and which built-in mapping
/// reads its events (<c>docs/senders.md</c>).
/// </summary>
public enum SourceKind
{
    /// <summary>Standard Webhooks: signed, <c>POST /webhooks/{id}</c>.</summary>
    StandardWebhooks = 0,

    /// <summary>Segment-compatible tracking calls, <c>POST /v1/*</c> with a write key.</summary>
    Tracking = 1,

    /// <summary>Svix: Standard Webhooks under header names of its own.</summary>
    Svix = 2,
    Stripe = 3,
    Shopify = 4,
    Hubspot = 5,
    Woocommerce = 6,

    /// <summary>SendGrid's signed Event Webhook.</summary>
    Sendgrid = 7,
    Mailgun = 8,
    Postmark = 9,

    /// <summary>Amazon SNS, and Amazon SES through it.</summary>
    AmazonSns = 10,

    /// <summary>Microsoft Dataverse (Dynamics 365).</summary>
    Dataverse = 11,

    /// <summary>Salesforce Outbound Messages.</summary>
    Salesforce = 12,

    /// <summary>Meta's Graph webhooks.</summary>
    Meta = 13,

    /// <summary>Microsoft Graph change notifications.</summary>
    MicrosoftGraph = 14,

    /// <summary>CloudEvents over HTTP webhooks.</summary>
    Cloudevents = 15,
    Github = 16,

    /// <summary>Any sender that signs with an HMAC in a form that the source's settings describe.</summary>
    Hmac = 17,

    /// <summary>Mixpanel's client libraries.</summary>
    Mixpanel = 18,

    /// <summary>The Measurement Protocol of Google Analytics 4.</summary>
    Ga4 = 19,
}
