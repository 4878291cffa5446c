using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads what only some kinds of senders have, and says so where it stands with another.</summary>
/// <param name="secrets">Judges what <c>verifyToken</c> refers to.</param>
internal sealed class SenderSettingsReader(SecretReader secrets)
{
    private const int LongestText = 256;

    // Which kinds a key is for, and for which of them it has to be there.
    private static readonly IReadOnlyList<(string Key, SourceKind[] Kinds, SourceKind[] Required, string Cure)> Settings =
    [
        ("publicUrl", [SourceKind.Hubspot], [SourceKind.Hubspot],
            "HubSpot signs the address that it calls; give it as HubSpot knows it, like 'publicUrl: https://hooks.example.com/webhooks/crm'"),
        ("keyHeader", [SourceKind.Postmark, SourceKind.Dataverse, SourceKind.Cloudevents], [], ""),
        ("basicUser", [SourceKind.Postmark, SourceKind.Salesforce, SourceKind.Cloudevents], [], ""),
        ("organizationId", [SourceKind.Salesforce], [SourceKind.Salesforce], "name the organization whose messages are taken, like 'organizationId: 00D5g000004ABCDEA2'"),
        ("topicArns", [SourceKind.AmazonSns], [SourceKind.AmazonSns],
            "Amazon signs for every topic of every customer; name yours, like 'topicArns: [\"arn:aws:sns:eu-west-1:123456789012:mail\"]'"),
        ("verifyToken", [SourceKind.Meta], [SourceKind.Meta], "name the parameter with the token that was given to Meta, like 'verifyToken: \"${meta-verify-token}\"'"),
        ("measurementId", [SourceKind.Ga4], [SourceKind.Ga4], "name the stream whose events are taken, like 'measurementId: G-1A2BCD345E' (of an app: its Firebase app id)"),
        ("hmac", [SourceKind.Hmac], [SourceKind.Hmac], $"say how the sender signs, like 'hmac: {HmacReader.Example}'"),
    ];

    /// <summary>The source with its kind's settings.</summary>
    public Source Read(YamlMap map, Source source)
    {
        foreach (var (key, kinds, required, cure) in Settings)
        {
            if (map.Has(key) && !kinds.Contains(source.Kind))
            {
                map.Error(key, $"'{key}' is for {string.Join(", ", kinds.Select(DefinitionWords.Of))}; remove it");
            }
            else if (required.Contains(source.Kind))
            {
                map.Require(key, cure);
            }
        }

        return source with
        {
            PublicUrl = ReadUrl(map),
            KeyHeader = ReadHeader(map, "keyHeader"),
            BasicUser = ReadMatching(map, "basicUser", Patterns.BasicUser, "no user name; write visible characters without a colon, like freshet"),
            OrganizationId = ReadMatching(map, "organizationId", Patterns.OrganizationId, "no organization id; write its 15 or 18 letters and digits, like 00D5g000004ABCDEA2"),
            TopicArns = ReadTopics(map),
            VerifyTokenName = map.Text("verifyToken") is { } reference ? secrets.ReadReference(map, reference, map.Find("verifyToken")!) : null,
            MeasurementId = ReadMatching(map, "measurementId", Patterns.MeasurementId, "no measurement id; write it as Google Analytics shows it, like G-1A2BCD345E, or a Firebase app id"),
            Hmac = HmacReader.Read(map),
        };
    }

    /// <summary>The name of a header, or null after reporting that it is none.</summary>
    public static string? ReadHeader(YamlMap map, string key) =>
        ReadMatching(map, key, Patterns.Header, "no name of a header that may be used; write letters, digits and hyphens, like x-signature, and none that HTTP uses for itself");

    private static string? ReadUrl(YamlMap map)
    {
        if (map.Text("publicUrl") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && !text.AsSpan().ContainsAny('?', '#') && text.Length <= LongestText)
        {
            return text;
        }

        map.Error("publicUrl", $"'{text}' is no address of a webhook; write it whole and without a query, like https://hooks.example.com/webhooks/crm");
        return null;
    }

    private static string? ReadMatching(YamlMap map, string key, System.Text.RegularExpressions.Regex form, string fault)
    {
        if (map.Text(key) is not { } text || form.IsMatch(text))
        {
            return map.Has(key) ? map.Text(key) : null;
        }

        map.Error(key, $"'{text}' is {fault}");
        return null;
    }

    private static List<string> ReadTopics(YamlMap map)
    {
        var topics = new List<string>();
        foreach (var (topic, node) in map.Texts("topicArns", "\"arn:aws:sns:eu-west-1:123456789012:mail\""))
        {
            if (!Patterns.TopicArn.IsMatch(topic))
            {
                map.File.Error(node.Start, $"'{topic}' is no topic; write its ARN, like arn:aws:sns:eu-west-1:123456789012:mail");
            }

            topics.Add(topic);
        }

        if (topics.Count == 0 && map.Find("topicArns") is YamlDotNet.RepresentationModel.YamlSequenceNode { Children.Count: 0 })
        {
            map.Error("topicArns", "without a topic nothing is taken; name at least one, like \"arn:aws:sns:eu-west-1:123456789012:mail\"");
        }

        return topics;
    }
}
