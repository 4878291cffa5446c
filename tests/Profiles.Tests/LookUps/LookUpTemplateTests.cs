using Freshet.Profiles.LookUps;

namespace Freshet.Profiles.Tests.LookUps;

public sealed class LookUpTemplateTests
{
    [Theory]
    [InlineData("https://crm.test/of/{user_id}", "7", "https://crm.test/of/7")]
    [InlineData("https://crm.test/of/{user_id}/plan", "a/b?c#d&e=f", "https://crm.test/of/a%2Fb%3Fc%23d%26e%3Df/plan")]
    [InlineData("https://crm.test/find?id={user_id}&twice={user_id}", "ä +&x=1", "https://crm.test/find?id=%C3%A4%20%2B%26x%3D1&twice=%C3%A4%20%2B%26x%3D1")]
    [InlineData("https://crm.test/of/{user_id}/x", "../admin", "https://crm.test/of/..%2Fadmin/x")]
    [InlineData("https://crm.test/of/{user_id}/x", "{email}", "https://crm.test/of/%7Bemail%7D/x")]
    [InlineData("https://crm.test/of/{user_id}/x", "..", null)]
    [InlineData("https://crm.test/of/{user_id}/x", ".", null)]
    public void An_identity_fills_its_place_and_no_other(string url, string identity, string? expected) =>
        LookUpTemplate.FillUrl(url, new Dictionary<string, string> { ["user_id"] = identity })?.AbsoluteUri.ShouldBe(expected);

    [Fact]
    public void Namespaces_are_found_once_each() =>
        LookUpTemplate.NamespacesIn("https://crm.test/{email}/{external:shopify}?m={email}").ShouldBe(["email", "external:shopify"]);

    [Fact]
    public void A_header_takes_the_values_of_its_parameters()
    {
        LookUpTemplate.ParametersIn("Key ${a}, ${b-c}").ShouldBe(["a", "b-c"]);
        LookUpTemplate.FillHeader("Key ${a}, ${b-c}", new Dictionary<string, string> { ["a"] = "1\n", ["b-c"] = "${a}" }).ShouldBe("Key 1, ${a}");
    }
}
