using System.Globalization;
using System.Text.Json.Nodes;

namespace Freshet.Simulators.Demo;

/// <summary>
/// What a small shop's customers do: they look around, put things into their carts, buy, and read what the campaigns send them. Pure: the same
/// seed gives the same stream, whatever the clock says.
/// </summary>
/// <param name="seed">Which stream.</param>
/// <param name="customers">How many people there are.</param>
public sealed class DemoScript(int seed, int customers)
{
    private static readonly string[] Paths = ["/", "/new", "/sale", "/shoes", "/bags", "/coats", "/help"];
    private static readonly string[] Categories = ["shoes", "bags", "coats", "hats"];
    private static readonly string[] Countries = ["AT", "BE", "DE", "FR", "GB", "NL", "US"];
    private static readonly string[] Campaigns = ["spring", "newsletter", "welcome"];

    /// <summary>The call at a place of the stream.</summary>
    /// <param name="number">The place, from 0.</param>
    /// <param name="at">When it happens.</param>
    public DemoCall Call(int number, DateTimeOffset at)
    {
        var random = new Random(HashOf(seed, number));
        var customer = random.Next(customers) + 1;
        var scene = new Scene(random, customer, $"demo-{seed}-{number}", at);
        return random.Next(100) switch
        {
            < 45 => Page(scene),
            < 55 => Product(scene),
            < 63 => Identify(scene),
            < 75 => Cart(scene),
            < 83 => Order(scene),
            < 94 => Mail(scene, "email.opened"),
            _ => Mail(scene, "email.clicked"),
        };
    }

    private static DemoCall Page(Scene scene)
    {
        var path = scene.Pick(Paths);
        var body = scene.Tracked();
        body["name"] = path;
        body["properties"] = new JsonObject { ["path"] = path, ["url"] = $"https://shop.example.com{path}" };
        return scene.Track("page", body);
    }

    private static DemoCall Product(Scene scene)
    {
        var body = scene.Tracked();
        body["event"] = "Product Viewed";
        body["properties"] = new JsonObject { ["sku"] = $"sku-{scene.Random.Next(1, 200)}", ["category"] = scene.Pick(Categories) };
        return scene.Track("track", body);
    }

    private static DemoCall Identify(Scene scene)
    {
        var body = scene.Tracked();
        body["userId"] = $"customer-{scene.Customer}";
        body["traits"] = new JsonObject
        {
            ["email"] = scene.Email,
            ["country"] = Countries[scene.Customer % Countries.Length],
            ["marketing_opt_in"] = scene.Customer % 3 != 0,
            ["favorite_categories"] = new JsonArray(scene.Pick(Categories)),
        };
        return scene.Track("identify", body);
    }

    private static DemoCall Cart(Scene scene)
    {
        var items = scene.Random.Next(1, 6);
        return scene.Webhook("cart.updated", new() { ["cart_items"] = items, ["cart_value"] = items * scene.Price() });
    }

    private static DemoCall Order(Scene scene) => scene.Webhook("order.completed", new()
    {
        ["order_id"] = scene.MessageId,
        ["total"] = scene.Random.Next(1, 4) * scene.Price(),
        ["currency"] = "EUR",
        ["cart_items"] = 0,
        ["cart_value"] = 0,
        ["loyalty_points"] = scene.Random.Next(0, 500),
    });

    private static DemoCall Mail(Scene scene, string type) => scene.Webhook(type, new() { ["campaign"] = scene.Pick(Campaigns) });

    // Neighbors of one seed would begin alike.
    private static int HashOf(int seed, int number) => unchecked((int)((((uint)seed * 2654435761u) + (uint)number) * 2246822519u >> 1));

    private sealed record Scene(Random Random, int Customer, string MessageId, DateTimeOffset At)
    {
        public string Email => string.Create(CultureInfo.InvariantCulture, $"customer-{Customer}@example.com");

        public decimal Price() => Random.Next(500, 12_000) / 100m;

        public string Pick(string[] words) => words[Random.Next(words.Length)];

        public JsonObject Tracked() => new() { ["messageId"] = MessageId, ["anonymousId"] = $"device-{Customer}", ["timestamp"] = At.ToString("O") };

        public DemoCall Track(string call, JsonObject body) => new($"/v1/{call}", MessageId, body.ToJsonString());

        public DemoCall Webhook(string type, JsonObject data)
        {
            data["email"] = Email;
            data["user_id"] = $"customer-{Customer}";
            return new(DemoCall.Shop, MessageId, new JsonObject { ["type"] = type, ["timestamp"] = At.ToString("O"), ["data"] = data }.ToJsonString());
        }
    }
}
