using System.Text.Json;
using System.Text.Json.Nodes;
using Freshet.Testing;

namespace Freshet.System.Tests.Vendors;

/// <summary>
/// Every recorded payload of every vendor that has a built-in mapping: sent with the vendor's proof into a real Ingress, through Processing, and read
/// out of the Gateway by GraphQL. The payloads are those of tests/Migrator.Tests/Mappings; each has people of its own, so all are sent at once.
/// </summary>
[Collection(RunningFreshet.OneAtATime)]
public sealed class VendorTraitTests(VendorInstallation vendors) : IClassFixture<VendorInstallation>
{
    private const string Query = """
        query($by: ProfileKey!) { profile(by: $by) { events(first: 50) { nodes { type } } traits: TRAITS } }
        """;

    public static TheoryData<string, string> Payloads => [.. VendorPayloads.All];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task A_payload_ends_as_the_documented_traits(string kind, string payload)
    {
        var expected = VendorPayloads.Read(kind, payload)["event"]!;
        var type = expected["type"]!.GetValue<string>();
        var traits = expected["traits"]!.AsObject();

        (await vendors.AnswerAsync(kind, payload)).ShouldBe("");

        var profile = await Eventually.GetAsync(
            async ct => await ProfileAsync(KeyOf(expected["identities"]![0]!.GetValue<string>()), [.. traits.Select(trait => trait.Key)], ct),
            found => found.ValueKind == JsonValueKind.Object && found.GetProperty("events").GetProperty("nodes").EnumerateArray().Any(one => one.GetProperty("type").GetString() == type),
            $"an event {type} of {expected["identities"]![0]}",
            TimeSpan.FromSeconds(60));
        foreach (var (name, value) in traits)
        {
            var read = profile.GetProperty(name).GetProperty("value");
            JsonNode.DeepEquals(Plain(JsonNode.Parse(read.GetRawText())), Plain(value)).ShouldBeTrue($"{name} is {read} and should be {value?.ToJsonString() ?? "null"}");
        }
    }

    private static object KeyOf(string identity)
    {
        var (space, value) = (identity[..identity.IndexOf('=')], identity[(identity.IndexOf('=') + 1)..]);
        return space switch
        {
            "email" => new { email = value },
            "user_id" => new { userId = value },
            "phone" => new { phone = value },
            _ => new { external = new { system = space["external:".Length..], id = value } },
        };
    }

    // A moment is the same however its end is written.
    private static JsonNode? Plain(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var written) && written.Contains('T') && DateTimeOffset.TryParse(written, out var at)
            ? JsonValue.Create(at.ToUnixTimeMilliseconds())
            : value;

    private async Task<JsonElement> ProfileAsync(object by, IReadOnlyList<string> traits, CancellationToken ct)
    {
        var fields = string.Join(' ', traits.Select(name => $"{name}: trait(name: \"{name}\") {{ value }}"));
        var data = await vendors.Installation.GraphQL.QueryAsync(Query.Replace("traits: TRAITS", fields, StringComparison.Ordinal), new { by }, ct);
        return data.GetProperty("profile");
    }
}
