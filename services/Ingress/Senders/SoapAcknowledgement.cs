namespace Freshet.Ingress.Senders;

/// <summary>What Salesforce takes for a receipt. Anything else makes it send the message again.</summary>
internal static class SoapAcknowledgement
{
    private const string Text = """
        <?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>
        """;

    public static IResult Result { get; } = TypedResults.Text(Text, "text/xml; charset=utf-8", System.Text.Encoding.UTF8);
}
