namespace Freshet.Gateway.Tests.Shop;

/// <summary>One shop for the tests of a class; each uses customers of its own.</summary>
public sealed class ShopFixture : IAsyncLifetime
{
    public ShopGateway Shop { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Shop = await ShopGateway.StartAsync();

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}
