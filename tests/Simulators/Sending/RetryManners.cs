namespace Freshet.Simulators.Sending;

/// <summary>The vendors' manners. Where a vendor says how often and how long, but not when, the waits are spread over that time.</summary>
public static class RetryManners
{
    /// <summary>Eight times in four hours; when all of them fail the subscription is deleted
    /// (https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks).</summary>
    public static RetryManner Shopify { get; } = new(RetryManner.Doubling(Minutes(1), Minutes(120), 8)) { Patience = TimeSpan.FromSeconds(5), EndsWithALoss = true };

    /// <summary>Up to three days, with waits that grow (https://docs.stripe.com/webhooks).</summary>
    public static RetryManner Stripe { get; } = new(RetryManner.Doubling(Minutes(5), Hours(12), 14));

    /// <summary>Up to ten times in 24 hours (https://developers.hubspot.com/docs/apps/developer-platform/add-features/configure-webhooks).</summary>
    public static RetryManner Hubspot { get; } = new(RetryManner.Doubling(Minutes(1), Hours(8), 10)) { Patience = TimeSpan.FromSeconds(5) };

    /// <summary>Until it reads Ack true, up to two hours apart, for 24 hours.</summary>
    public static RetryManner Salesforce { get; } = new(RetryManner.Doubling(Minutes(1), Hours(2), 17))
    {
        IsDone = static (status, body) => status == 200 && body.Contains("<Ack>true</Ack>", StringComparison.Ordinal),
    };

    /// <summary>An asynchronous step: again only where the platform takes the failure for a passing one. How often is not documented
    /// (https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks).</summary>
    public static RetryManner Dataverse { get; } = new(RetryManner.Doubling(Minutes(1), Minutes(10), 8))
    {
        Patience = TimeSpan.FromSeconds(60),
        IsFinal = static status => status is not (502 or 503 or 504),
    };

    /// <summary>Never again; after five failures in a row the webhook is switched off
    /// (https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks).</summary>
    public static RetryManner Woocommerce { get; } = new() { Patience = TimeSpan.FromSeconds(60), EndsAfter = 5 };

    /// <summary>For 24 hours (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook).</summary>
    public static RetryManner Sendgrid { get; } = new(RetryManner.Doubling(Minutes(1), Hours(4), 12));

    /// <summary>Six times in eight hours, but a delivery notification only once; 406 ends it (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries).</summary>
    public static RetryManner Mailgun { get; } = new(Minutes(5), Minutes(10), Minutes(15), Hours(1), Hours(2), Hours(4))
    {
        IsDone = static (status, _) => status == 200,
        IsFinal = static status => status == 406,
    };

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    private static TimeSpan Hours(int hours) => TimeSpan.FromHours(hours);
}
