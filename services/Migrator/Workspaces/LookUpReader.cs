using System.Net;
using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.LookUps;
using Freshet.ServiceDefaults.Calling;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads <c>lookup</c>: how a source is asked for what it knows now.</summary>
/// <param name="secrets">Judges what headers refer to.</param>
/// <param name="mappings">Which there are.</param>
/// <param name="traits">The dictionary; null if it could not be read, then references to it are not judged.</param>
internal sealed class LookUpReader(SecretReader secrets, MappingFiles mappings, ReadTraits? traits)
{
    private const string Example = "{ url: \"https://crm.example.com/contacts/{email}\", mapping: crm-contact }";
    private const string AuthorizationExample = "'authorization: \"Bearer ${crm-token}\"'";
    private const int LongestText = 1000;
    private const int MostPerSecond = 1000;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(10);

    public LookUpSettings? Read(YamlMap source)
    {
        if (source.Map("lookup", WorkspaceKeys.LookUp, Example) is not { } map)
        {
            return null;
        }

        var isComplete = map.Require("url", "write the address with an identity in braces, like \"https://crm.example.com/contacts/{email}\"")
            & map.Require("mapping", "name the file in mappings/ that reads the answer, like 'mapping: crm-contact'");
        var (url, host) = ReadUrl(map);
        var defaults = new LookUpSettings { Url = url ?? "", MappingName = mappings.Read(map) ?? "" };
        var lookUp = defaults with
        {
            Method = Words.Read<LookUpMethod>(map, "method") ?? defaults.Method,
            Headers = ReadHeaders(map),
            Identities = ReadIdentities(map),
            Timeout = Durations.ReadShort(map, "timeout", ShortestTimeout, LongestTimeout) ?? defaults.Timeout,
            RequestsPerSecond = map.Integer("requestsPerSecond", 1, MostPerSecond) ?? defaults.RequestsPerSecond,
            MinInterval = Durations.Read(map, "minInterval", "1m") ?? defaults.MinInterval,
            PrivateHost = map.Text("privateHost"),
        };
        Check(map, lookUp, host);
        return isComplete ? lookUp : null;
    }

    private static void Check(YamlMap map, LookUpSettings lookUp, string? host)
    {
        if (lookUp.Identities.Count > 0 && lookUp.Method != LookUpMethod.Post)
        {
            map.Error("identities", "'identities' are sent in the body of a POST; add 'method: post', or write them into 'url' like {email}");
        }

        if (host is null)
        {
            return;
        }

        if (lookUp.Identities.Count == 0 && LookUpTemplate.NamespacesIn(lookUp.Url).Count == 0)
        {
            map.Error("url", "nothing says who is asked for; write an identity in braces, like {email}, or send it with 'method: post' and 'identities: [email]'");
        }

        if (lookUp.PrivateHost is { } listed && !string.Equals(listed, host, StringComparison.OrdinalIgnoreCase))
        {
            map.Error("privateHost", $"'{listed}' is not the host of 'url'; write 'privateHost: {host}', or remove it if the host has a public address");
        }
        else if (lookUp.PrivateHost is null && IPAddress.TryParse(host, out var address) && !IPAddress.IsLoopback(address) && !PublicAddresses.Contains(address))
        {
            map.Error("url", $"'{host}' is no public address, and would not be called; add 'privateHost: {host}' if it is meant");
        }
    }

    // The host is null if the address has errors.
    private (string? Url, string? Host) ReadUrl(YamlMap map)
    {
        if (map.Text("url") is not { } text)
        {
            return (null, null);
        }

        var node = map.Find("url")!;
        if (text.Contains("${", StringComparison.Ordinal))
        {
            map.File.Error(node.Start, $"a secret in an address ends in the logs of every server on the way; send it as a header, like {AuthorizationExample}");
            return (text, null);
        }

        var faults = LookUpTemplate.NamespacesIn(text).Select(PlaceFault).OfType<string>().ToList();
        faults.ForEach(fault => map.File.Error(node.Start, fault));
        var places = LookUpTemplate.NamespacesIn(text).ToDictionary(name => name, _ => "x");
        if (IsFixedHost(text) && text.Length <= LongestText && Uri.TryCreate(text, UriKind.Absolute, out _)
            && LookUpTemplate.FillUrl(text, places) is { Fragment: "" } url && GuardedHttp.IsCallable(url))
        {
            return (text, faults.Count == 0 ? url.Host : null);
        }

        map.File.Error(node.Start, $"'{text}' is no address that can be asked; write it whole, with identities after the host only, like \"https://crm.example.com/contacts/{{email}}\"");
        return (text, null);
    }

    // From the scheme to the path: who is asked is never up to an identity.
    private static bool IsFixedHost(string url)
    {
        var path = url.IndexOfAny(['/', '?', '#'], url.IndexOf("://", StringComparison.Ordinal) + 3);
        return !url.AsSpan(0, path < 0 ? url.Length : path).ContainsAny('{', '}');
    }

    private SortedDictionary<string, string> ReadHeaders(YamlMap map)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value, nameNode, valueNode) in map.Pairs("headers", AuthorizationExample))
        {
            if (!Patterns.SentHeader.IsMatch(name))
            {
                map.File.Error(nameNode.Start, $"'{name}' is no name of a header that may be sent; write letters, digits and hyphens, like x-api-key, and none that HTTP uses for itself");
            }
            else if (!headers.TryAdd(name, value))
            {
                map.File.Error(nameNode.Start, $"the header '{name}' stands here a second time; remove one of the two");
            }

            CheckHeader(map, name, value, valueNode);
        }

        return headers;
    }

    private void CheckHeader(YamlMap map, string name, string value, YamlNode node)
    {
        var parameters = LookUpTemplate.ParametersIn(value);
        if (parameters.Count == 0 && Patterns.SecretHeader.IsMatch(name))
        {
            map.File.Error(node.Start, $"a secret is never written into a file; write the name of a parameter, like {AuthorizationExample}, and set that parameter");
        }
        else if (value.Length > LongestText || value.Any(c => c is < ' ' or > '~'))
        {
            map.File.Error(node.Start, $"the header '{name}' must be one line of ASCII; remove other characters");
        }

        foreach (var parameter in parameters)
        {
            secrets.ReadReference(map, $"${{{parameter}}}", node);
        }
    }

    private List<string> ReadIdentities(YamlMap map)
    {
        var names = new List<string>();
        foreach (var (name, node) in map.Texts("identities", "email"))
        {
            if (PlaceFault(name) is { } fault)
            {
                map.File.Error(node.Start, fault);
            }

            names.Add(name);
        }

        return names;
    }

    private string? PlaceFault(string place)
    {
        if (LookUpKey.TraitOf(place) is not { } name)
        {
            return SourceReader.NamespaceFault(place);
        }

        if (traits is null)
        {
            return null;
        }

        if (!traits.IsComputedByName.TryGetValue(name, out var isComputed))
        {
            return $"there is no trait '{name}' in traits.yaml; {(Suggestion.Nearest(name, traits.IsComputedByName.Keys) is { } nearest ? $"did you mean '{nearest}'?" : "add it there first")}";
        }

        return isComputed || traits.Traits.FirstOrDefault(trait => trait.Name == name) is { } trait && !Enrichment.CanBeKey(trait.Type)
            ? $"nobody can be asked by '{name}'; use a trait that is not computed and is of type string, integer, boolean or date"
            : null;
    }
}
