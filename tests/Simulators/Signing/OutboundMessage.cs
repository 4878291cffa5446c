using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Freshet.Simulators.Signing;

/// <summary>An Outbound Message of Salesforce out of <c>{"Id", "OrganizationId", "ActionId", "sObject": {"type", ...}}</c>.</summary>
internal static class OutboundMessage
{
    private static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private static readonly XNamespace Outbound = "http://soap.sforce.com/2005/09/outbound";
    private static readonly XNamespace Record = "urn:sobject.enterprise.soap.sforce.com";
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";

    public static string Of(byte[] json)
    {
        var message = JsonNode.Parse(json)!.AsObject();
        var record = message["sObject"]!.AsObject();
        var fields = record.Where(field => field.Key != "type").Select(field => field.Value is null
            ? new XElement(Record + field.Key, new XAttribute(Instance + "nil", "true"))
            : new XElement(Record + field.Key, field.Value.ToString()));
        var notifications = new XElement(
            Outbound + "notifications",
            new XElement(Outbound + "OrganizationId", message["OrganizationId"]!.ToString()),
            new XElement(Outbound + "ActionId", message["ActionId"]?.ToString()),
            new XElement(Outbound + "SessionId", new XAttribute(Instance + "nil", "true")),
            new XElement(
                Outbound + "Notification",
                new XElement(Outbound + "Id", message["Id"]!.ToString()),
                new XElement(
                    Outbound + "sObject",
                    new XAttribute(XNamespace.Xmlns + "sf", Record.NamespaceName),
                    new XAttribute(Instance + "type", $"sf:{record["type"]}"),
                    fields)));
        var envelope = new XElement(
            Soap + "Envelope",
            new XAttribute(XNamespace.Xmlns + "soapenv", Soap.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "xsi", Instance.NamespaceName),
            new XElement(Soap + "Body", notifications));
        return """<?xml version="1.0" encoding="UTF-8"?>""" + envelope.ToString(SaveOptions.DisableFormatting);
    }
}
