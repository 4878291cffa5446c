using System.Text.Json.Nodes;

namespace Freshet.System.Tests.Vendors;

/// <summary>The recorded payloads: the folder is the kind of the sender.</summary>
internal static class VendorPayloads
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Vendors", "payloads");

    public static IEnumerable<(string Kind, string Payload)> All =>
        Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileNameWithoutExtension(path)));

    public static JsonNode Read(string kind, string payload) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, kind, $"{payload}.json")))!;
}
