using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Tests.Identities;

public sealed class CanonicalIdentityTests
{
    [Theory]
    [InlineData("  Ann.Smith+News@Example.COM ", "ann.smith+news@example.com")]
    [InlineData("ann@bücher.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example")]
    [InlineData("zoë@example.org", "zoë@example.org")]
    [InlineData("ann", null)]
    [InlineData("ann@example", null)]
    [InlineData("ann@@example.com", null)]
    [InlineData("an n@example.com", null)]
    [InlineData("@example.com", null)]
    [InlineData("ann@example..com", null)]
    [InlineData("ann@-example.com", null)]
    [InlineData("ann@example.com.", null)]
    [InlineData(".ann@example.com", null)]
    [InlineData("a..b@example.com", null)]
    [InlineData("ann@exa_mple.com", null)]
    [InlineData("Ann <ann@example.com>", null)]
    [InlineData("TEST@test.com", null)]
    [InlineData("null", null)]
    public void Emails_have_one_form_or_none(string written, string? canonical) =>
        CanonicalIdentity.Of(IdentityNamespaces.Email, written).ShouldBe(canonical);

    [Theory]
    [InlineData("+44 (0)20.7946-0018", "+442079460018")]
    [InlineData("+44 20 7946 0018", "+442079460018")]
    [InlineData("+1 212 555 0100", "+12125550100")]
    [InlineData("212 555 0100", null)]
    [InlineData("0044 20 7946 0018", null)]
    [InlineData("+0123456789", null)]
    [InlineData("+123", null)]
    [InlineData("+1234567890123456", null)]
    [InlineData("+1 212 CALL ME", null)]
    public void Phone_numbers_need_their_country(string written, string? canonical) =>
        CanonicalIdentity.Of(IdentityNamespaces.Phone, written).ShouldBe(canonical);

    [Theory]
    [InlineData("020 7946 0018", "GB", "+442079460018")]
    [InlineData("0044 20 7946 0018", "AT", "+442079460018")]
    [InlineData("+442079460018", "AT", "+442079460018")]
    [InlineData("212 555 0100", "US", "+12125550100")]
    [InlineData("212 555 0100", "GB", null)]
    public void Phone_numbers_without_their_country_take_the_given_one(string written, string country, string? canonical) =>
        CanonicalIdentity.Of(IdentityNamespaces.Phone, written, country).ShouldBe(canonical);

    [Theory]
    [InlineData(" 42 ", "42")]
    [InlineData("User-A", "User-A")]
    [InlineData("0", null)]
    [InlineData("NULL", null)]
    [InlineData("undefined", null)]
    [InlineData("Anonymous", null)]
    [InlineData("[object Object]", null)]
    [InlineData("00000000-0000-0000-0000-000000000000", null)]
    [InlineData("   ", null)]
    [InlineData("a\u0001b", null)]
    public void Other_ids_are_trimmed_and_placeholders_are_nobody(string written, string? canonical)
    {
        CanonicalIdentity.Of(IdentityNamespaces.UserId, written).ShouldBe(canonical);
        CanonicalIdentity.Of("external:shop", written).ShouldBe(canonical);
    }

    [Fact]
    public void An_id_of_more_than_512_bytes_is_none()
    {
        CanonicalIdentity.Of(IdentityNamespaces.UserId, new string('x', 512)).ShouldNotBeNull();
        CanonicalIdentity.Of(IdentityNamespaces.UserId, new string('x', 513)).ShouldBeNull();
        CanonicalIdentity.Of(IdentityNamespaces.UserId, new string('ü', 257)).ShouldBeNull();
    }
}
