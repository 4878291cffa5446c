using Freshet.Simulators.Signing;

namespace Freshet.Simulators.Sending;

/// <summary>One event of each vendor about one customer, with ids that follow from the number.</summary>
public static class SampleEvents
{
    /// <param name="vendor">Whose.</param>
    /// <param name="number">Which: the same number is the same event.</param>
    /// <param name="at">When it happened.</param>
    public static VendorEvent Of(Vendor vendor, int number, DateTimeOffset at) => vendor.Name switch
    {
        "shopify" => VendorEvent.Of(
            $"shopify-{number}", $$"""{"id":{{7_000_000 + number}},"email":"customer-{{number}}@example.com","updated_at":"{{at:O}}"}""",
            ("X-Shopify-Topic", "customers/update"), ("X-Shopify-Triggered-At", at.ToString("O"))),
        "stripe" => VendorEvent.Of(
            $"evt_{number}",
            $$$$"""{"id":"evt_{{{{number}}}}","object":"event","type":"customer.updated","created":{{{{at.ToUnixTimeSeconds()}}}},"data":{"object":{"id":"cus_{{{{number}}}}","email":"customer-{{{{number}}}}@example.com"}}}"""),
        "hubspot" => VendorEvent.Of(
            $"{number}",
            $$"""{"eventId":{{number}},"subscriptionId":1,"portalId":1,"appId":1,"occurredAt":{{at.ToUnixTimeMilliseconds()}},"subscriptionType":"contact.propertyChange","attemptNumber":0,"objectId":{{number}},"propertyName":"email","propertyValue":"customer-{{number}}@example.com","changeSource":"CRM"}"""),
        "salesforce" => VendorEvent.Of(
            $"04l{number}",
            $$$"""{"Id":"04l{{{number}}}","OrganizationId":"00D000000000001AAA","ActionId":"04k000000000001","sObject":{"type":"Contact","Id":"003{{{number}}}","Email":"customer-{{{number}}}@example.com","LastModifiedDate":"{{{at:O}}}"}}"""),
        "dataverse" => VendorEvent.Of(
            $"request-{number}",
            $$$"""{"MessageName":"Update","PrimaryEntityName":"contact","PrimaryEntityId":"00000000-0000-4000-8000-{{{number:x12}}}","CorrelationId":"correlation-{{{number}}}","OperationId":"operation-{{{number}}}","OperationCreatedOn":"/Date({{{at.ToUnixTimeMilliseconds()}}})/","InputParameters":[{"key":"Target","value":{"Attributes":[{"key":"emailaddress1","value":"customer-{{{number}}}@example.com"}]}}],"PostEntityImages":[]}"""),
        "woocommerce" => VendorEvent.Of(
            $"woo-{number}", $$"""{"id":{{number}},"email":"customer-{{number}}@example.com","date_modified_gmt":"{{at.UtcDateTime:s}}"}""",
            ("X-WC-Webhook-Topic", "customer.updated")),
        "sendgrid" => VendorEvent.Of(
            $"sg-{number}", $$"""{"email":"customer-{{number}}@example.com","timestamp":{{at.ToUnixTimeSeconds()}},"event":"click","sg_event_id":"sg-{{number}}","sg_message_id":"message-{{number}}","url":"https://shop.example.com/"}"""),
        "mailgun" => VendorEvent.Of(
            $"mg-{number}", $$$"""{"event-data":{"id":"mg-{{{number}}}","event":"clicked","timestamp":{{{at.ToUnixTimeSeconds()}}},"recipient":"customer-{{{number}}}@example.com","url":"https://shop.example.com/"}}"""),
        _ => throw new ArgumentOutOfRangeException(nameof(vendor), vendor.Name, "There is no sample of this vendor; add one here."),
    };
}
