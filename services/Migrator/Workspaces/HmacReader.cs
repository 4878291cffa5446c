using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads <c>hmac</c>: how a sender of that kind signs.</summary>
internal static class HmacReader
{
    public const string Example = "{ header: x-signature, prefix: \"sha256=\" }";

    // What may follow a part that is filled in, so that signed texts cannot be cut in two ways: none of these is in an id or a time.
    private const string Separators = ".:,;|\n";

    public static HmacSettings? Read(YamlMap source)
    {
        if (source.Map("hmac", WorkspaceKeys.Hmac, Example) is not { } map)
        {
            return null;
        }

        map.Require("header", "name the header that holds the signature, like 'header: x-signature'");
        var defaults = new HmacSettings { Header = SenderSettingsReader.ReadHeader(map, "header") ?? "" };
        var timestampHeader = SenderSettingsReader.ReadHeader(map, "timestampHeader");
        var settings = defaults with
        {
            Prefix = map.Text("prefix") ?? defaults.Prefix,
            Algorithm = Words.Read<MacAlgorithm>(map, "algorithm") ?? defaults.Algorithm,
            Encoding = Words.Read<MacEncoding>(map, "encoding") ?? defaults.Encoding,
            TimestampHeader = timestampHeader,
            Signed = map.Text("signed") ?? (timestampHeader is null ? HmacSettings.Body : $"{HmacSettings.Timestamp}.{HmacSettings.Body}"),
            Tolerance = Durations.Read(map, "tolerance", "5m") ?? defaults.Tolerance,
            IdHeader = SenderSettingsReader.ReadHeader(map, "idHeader"),
            IdPath = map.Text("idPath"),
        };
        Check(map, settings);
        return settings;
    }

    private static void Check(YamlMap map, HmacSettings settings)
    {
        if (settings.IdPath is { } path && !Patterns.Path.IsMatch(path))
        {
            map.Error("idPath", $"'{path}' is no path; write names with dots between, like data.event.id");
        }

        if (settings.IdPath is not null && settings.IdHeader is not null)
        {
            map.Error("idPath", "an event has one id; remove 'idPath' or 'idHeader'");
        }

        if (Count(settings.Signed, HmacSettings.Body) != 1 || !IsCut(settings.Signed, HmacSettings.Timestamp) || !IsCut(settings.Signed, HmacSettings.Id))
        {
            map.Error("signed", $"'{settings.Signed}' does not say what is signed; write {HmacSettings.Body} once, and {HmacSettings.Timestamp} and {HmacSettings.Id} at most once with one of . : , ; after them, like \"{HmacSettings.Timestamp}.{HmacSettings.Body}\"");
        }

        Match(map, settings, HmacSettings.Timestamp, settings.TimestampHeader, "timestampHeader");
        if (settings.Signed.Contains(HmacSettings.Id, StringComparison.Ordinal))
        {
            Match(map, settings, HmacSettings.Id, settings.IdHeader, "idHeader");
        }

        if (map.Has("tolerance") && settings.TimestampHeader is null)
        {
            map.Error("tolerance", "'tolerance' has no effect without a signed time; add 'timestampHeader' or remove it");
        }
    }

    // A time that is not signed proves nothing, and a signed one must come from somewhere.
    private static void Match(YamlMap map, HmacSettings settings, string part, string? header, string key)
    {
        if (settings.Signed.Contains(part, StringComparison.Ordinal) != header is not null)
        {
            map.Error(header is null ? "signed" : key, header is null
                ? $"'{part}' is signed, but from no header; add '{key}'"
                : $"'{key}' is not signed, so anybody could change it; add {part} to 'signed', or remove '{key}'");
        }
    }

    private static bool IsCut(string signed, string part)
    {
        var end = signed.IndexOf(part, StringComparison.Ordinal) + part.Length;
        return Count(signed, part) switch
        {
            0 => true,
            1 => end == signed.Length || Separators.Contains(signed[end]),
            _ => false,
        };
    }

    private static int Count(string text, string part) => (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;
}
