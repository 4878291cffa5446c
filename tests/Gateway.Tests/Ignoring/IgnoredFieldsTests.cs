using Freshet.Gateway.Tests.Shop;
using Freshet.Profiles.Ignoring;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Gateway.Tests.Ignoring;

public sealed class IgnoredFieldsTests(ShopFixture fixture) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task Ignored_fields_are_read_page_by_page_those_that_appeared_last_first()
    {
        var now = TimeProvider.System.GetUtcNow();
        await fixture.Shop.Services.GetRequiredService<IgnoredFieldStore>().AddAsync(
            [Field("data.hat", new(FieldShape.Integer), now), Field("data.mail2", new(FieldShape.String, "email"), now.AddHours(1)), Field("", new(FieldShape.Null), now.AddHours(2))],
            now.AddDays(-1),
            CancellationToken.None);

        var first = await ListAsync("first: 2");
        var second = await ListAsync($"""after: "{first.GetProperty("pageInfo").GetProperty("endCursor").GetString()}" """);

        first.GetProperty("nodes").GetRawText().ShouldBe("""
            [{"source":"demo","eventType":null,"path":null,"shape":"NULL","format":null,"events":3},{"source":"demo","eventType":"a.b","path":"data.mail2","shape":"STRING","format":"email","events":3}]
            """);
        second.GetProperty("nodes").GetRawText().ShouldBe("""[{"source":"demo","eventType":"a.b","path":"data.hat","shape":"INTEGER","format":null,"events":3}]""");
        (await ListAsync("source: \"another\"")).GetProperty("nodes").GetArrayLength().ShouldBe(0);
    }

    private async Task<System.Text.Json.JsonElement> ListAsync(string arguments) => (await fixture.Shop.Client.QueryAsync(
        $$"""{ ignoredFields({{arguments}}) { nodes { source eventType path shape format events } pageInfo { endCursor } } }""")).GetProperty("ignoredFields");

    private static IgnoredField Field(string path, FieldForm form, DateTimeOffset at) => new()
    {
        SourceId = "demo",
        EventType = path.Length == 0 ? "" : "a.b",
        Path = path,
        Form = form,
        Events = 3,
        FirstSeen = at,
        LastSeen = at,
    };
}
