using Freshet.Ingress.Verifying;

namespace Freshet.Ingress.Tests.Verifying;

public sealed class SigningSecretTests
{
    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_shared_key_has_24_to_64_bytes(int bytes, bool isValid) =>
        (SigningSecret.Parse("whsec_" + Convert.ToBase64String(new byte[bytes])) is not null).ShouldBe(isValid);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64!")]
    [InlineData("whpk_AAAA")]
    [InlineData("whpk_AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")] // no point of the curve
    public void Anything_else_is_no_secret(string? text) => SigningSecret.Parse(text).ShouldBeNull();

    [Fact]
    public void A_line_break_at_the_end_of_a_secret_file_does_no_harm() =>
        SigningSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").ShouldNotBeNull();
}
