using System.Text;
using System.Text.Json;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Tests.Freshness;

public sealed class FreshTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, 250, TimeSpan.Zero);
    private static readonly Guid Id = Guid.Parse("0198a1b2-0000-7000-8000-000000000001");

    [Fact]
    public void A_document_is_written_as_the_generated_writer_would()
    {
        var document = new ProfileDocument
        {
            Id = Id,
            Version = 7,
            CreatedAt = Now.AddDays(-1),
            UpdatedAt = Now,
            Traits = new Dictionary<string, TraitView>
            {
                ["name"] = View(Json.Text("Zoë <\"x\">")),
                ["cleared"] = View(Json.Null),
                ["orders_7d"] = View(default) with { Origin = TraitOrigin.Computed, Days = [new(20_000, Json.Number(2)), new(20_001, Json.Text("1.5"))] },
            },
            Identities = [new("external:shop", "Ä\"1", Now, Now.AddTicks(1), "de<mo")],
            KeepsIdentities = true,
        };

        Text(FreshText.Of(document)).ShouldBe(Text(JsonSerializer.SerializeToUtf8Bytes(document, FreshJson.Default.ProfileDocument)));
    }

    [Fact]
    public void Changes_are_written_as_the_generated_writer_would()
    {
        var change = new ProfileChange(Id, 8, Guid.AllBitsSet,
            [new("plan", default, Json.Text("gold"), "app", Id), new("email", Json.Null, default, "dé", Id), new("tags", Json.List(["a"]), Json.True, "app", Id)]);
        var outgoing = new Outgoing([Id, Guid.Empty], [change, change with { Traits = [] }]);

        Text(FreshText.Of(change)).ShouldBe(Text(JsonSerializer.SerializeToUtf8Bytes(change, FreshJson.Default.ProfileChange)));
        Text(FreshText.Of(outgoing)).ShouldBe(Text(JsonSerializer.SerializeToUtf8Bytes(outgoing, FreshJson.Default.Outgoing)));
    }

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);

    private static TraitView View(JsonElement value) =>
        new() { Value = value, ObservedAt = Now, ReceivedAt = Now.AddMilliseconds(3), Source = "shop", Event = Id, Origin = TraitOrigin.Observed };
}
