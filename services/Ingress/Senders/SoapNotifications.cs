using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;

namespace Freshet.Ingress.Senders;

/// <summary>
/// An Outbound Message of Salesforce as JSON: <c>{"Id", "OrganizationId", "ActionId", "sObject": {"type", ...}}</c> for each notification. Of the
/// envelope nothing else is taken: <c>SessionId</c> is a credential.
/// </summary>
/// <param name="OrganizationId">Who says that it sends.</param>
/// <param name="Items">One JSON object per notification.</param>
public sealed record SoapNotifications(string OrganizationId, IReadOnlyList<byte[]> Items)
{
    private const int Deepest = 8;

    // The text of an element is put together by a method that calls itself for each level: a body of nothing but levels would end the process.
    private const int DeepestElement = 64;

    private static readonly XNamespace Outbound = "http://soap.sforce.com/2005/09/outbound";
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";

    // A document type could name files of ours or grow without end; no sender needs one.
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersFromEntities = 0 };

    /// <summary>Null for anything that is no Outbound Message.</summary>
    public static SoapNotifications? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var bytes = body.ToArray();
            if (IsTooDeep(bytes))
            {
                return null;
            }

            using var reader = XmlReader.Create(new MemoryStream(bytes), Settings);
            var message = XDocument.Load(reader).Descendants(Outbound + "notifications").FirstOrDefault();
            return message?.Element(Outbound + "OrganizationId")?.Value is not { Length: > 0 } organization
                ? null
                : new SoapNotifications(organization, [.. message.Elements(Outbound + "Notification").Select(item => ItemOf(item, message, organization))]);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static bool IsTooDeep(byte[] body)
    {
        using var reader = XmlReader.Create(new MemoryStream(body), Settings);
        while (reader.Read())
        {
            if (reader.Depth > DeepestElement)
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] ItemOf(XElement notification, XElement message, string organization)
    {
        var item = new JsonObject
        {
            ["Id"] = notification.Element(Outbound + "Id")?.Value,
            [nameof(OrganizationId)] = organization,
            ["ActionId"] = message.Element(Outbound + "ActionId")?.Value,
        };
        if (notification.Element(Outbound + "sObject") is { } record)
        {
            var members = Members(record, 1);
            members["type"] = record.Attribute(Instance + "type")?.Value.Split(':')[^1];
            item["sObject"] = members;
        }

        return Encoding.UTF8.GetBytes(item.ToJsonString());
    }

    private static JsonObject Members(XElement element, int depth)
    {
        var members = new JsonObject();
        foreach (var group in element.Elements().GroupBy(child => child.Name.LocalName))
        {
            var values = group.Select(child => ValueOf(child, depth)).ToArray();
            members[group.Key] = values.Length == 1 ? values[0] : new JsonArray(values);
        }

        return members;
    }

    private static JsonNode? ValueOf(XElement element, int depth)
    {
        if (element.Attribute(Instance + "nil")?.Value is "true" or "1")
        {
            return null;
        }

        return element.HasElements && depth < Deepest ? Members(element, depth + 1) : JsonValue.Create(element.Value);
    }
}
