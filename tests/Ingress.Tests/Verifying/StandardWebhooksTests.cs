using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Freshet.Ingress.Verifying;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Freshet.Ingress.Tests.Verifying;

public sealed class StandardWebhooksTests
{
    // Published with the specification's reference libraries.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();
    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    // RFC 8032, 7.1, test 1.
    private static readonly byte[] PrivateKey = Convert.FromHexString("9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60");
    private static readonly byte[] PublicKey = Convert.FromHexString("D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A");

    [Fact]
    public void The_published_vector_is_verified()
    {
        var verification = Verify(Signature);

        verification.ShouldBe(new Verification(Outcome.Verified, Id, SentAt));
    }

    [Theory]
    [InlineData("v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,abc v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,xyz")]
    [InlineData("  v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=  ")]
    public void One_fitting_signature_in_a_list_is_enough_and_unknown_versions_are_skipped(string signatures) =>
        Verify(signatures).IsVerified.ShouldBeTrue();

    [Theory]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=")] // the same 32 bytes in a second spelling
    [InlineData("v1,834 84cf52b04f8e4cf2531adfed9882ad4b2665137b852442d594d20e2c9d4e1")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,é0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void A_signature_in_another_spelling_is_refused(string signatures) =>
        Verify(signatures).Outcome.ShouldBe(Outcome.NoMatch);

    [Fact]
    public void Every_active_secret_is_tried_while_one_is_being_rotated()
    {
        var next = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

        Verify(Signature, secrets: [next, Secret]).IsVerified.ShouldBeTrue();
        Verify(Signature, secrets: [Secret, next]).IsVerified.ShouldBeTrue();
        Verify(Signature, secrets: [next]).Outcome.ShouldBe(Outcome.NoMatch);
        Verify(Signature, secrets: []).Outcome.ShouldBe(Outcome.NoMatch);
    }

    [Theory]
    [InlineData(300, Outcome.Verified)]
    [InlineData(-300, Outcome.Verified)]
    [InlineData(301, Outcome.TooOld)]
    [InlineData(-301, Outcome.TooNew)]
    public void Five_minutes_are_tolerated_both_ways(int secondsLater, Outcome expected) =>
        Verify(Signature, now: SentAt.AddSeconds(secondsLater)).Outcome.ShouldBe(expected);

    [Theory]
    [InlineData("+1614265330")]
    [InlineData(" 1614265330")]
    [InlineData("1614265330.0")]
    [InlineData("1,614,265,330")]
    [InlineData("-1614265330")]
    [InlineData("0x6037BDF2")]
    [InlineData("99999999999999")]
    [InlineData("999999999999999999999999999999")]
    [InlineData("١٦١٤٢٦٥٣٣٠")]
    public void A_timestamp_is_plain_unix_seconds(string timestamp) =>
        StandardWebhooks.Verify(new(Id, timestamp, Signature), Body, Secrets(Secret), SentAt).Outcome.ShouldBe(Outcome.TimestampMalformed);

    [Theory]
    [InlineData("msg.1")]
    [InlineData("msg 1")]
    [InlineData("msg\u00e9")]
    [InlineData("msg\u0000")]
    public void An_id_is_visible_ASCII_without_a_full_stop(string id) =>
        StandardWebhooks.Verify(new(id, Timestamp, Signature), Body, Secrets(Secret), SentAt).Outcome.ShouldBe(Outcome.IdMalformed);

    [Fact]
    public void An_id_of_more_than_256_characters_is_refused() =>
        StandardWebhooks.Verify(new(new string('a', 257), Timestamp, Signature), Body, Secrets(Secret), SentAt).Outcome.ShouldBe(Outcome.IdMalformed);

    [Fact]
    public void A_header_that_comes_twice_is_refused_even_if_both_are_equal()
    {
        string[] twice(string value) => [value, value];

        OutcomeOf(new(twice(Id), Timestamp, Signature)).ShouldBe(Outcome.HeaderRepeated);
        OutcomeOf(new(Id, twice(Timestamp), Signature)).ShouldBe(Outcome.HeaderRepeated);
        OutcomeOf(new(Id, Timestamp, twice(Signature))).ShouldBe(Outcome.HeaderRepeated);
    }

    [Fact]
    public void A_header_that_is_missing_or_empty_is_refused()
    {
        OutcomeOf(new("", Timestamp, Signature)).ShouldBe(Outcome.HeaderMissing);
        OutcomeOf(new(Id, default, Signature)).ShouldBe(Outcome.HeaderMissing);
        OutcomeOf(new(Id, Timestamp, default)).ShouldBe(Outcome.HeaderMissing);
    }

    [Fact]
    public void A_list_of_more_than_sixteen_signatures_is_refused_unread() =>
        Verify(string.Join(' ', Enumerable.Repeat(Signature, 17))).Outcome.ShouldBe(Outcome.TooManySignatures);

    [Fact]
    public void Any_flipped_bit_of_body_id_or_timestamp_is_refused() =>
        Gen.Select(Gen.Byte.Array[1, 200], Gen.Int[0, 7], Gen.Int[0, int.MaxValue], Gen.Int[0, 2]).Sample((body, bit, at, part) =>
        {
            var signature = Sign(Id, Timestamp, body);
            var (id, timestamp, changed) = (Encoding.ASCII.GetBytes(Id), Encoding.ASCII.GetBytes(Timestamp), (byte[])body.Clone());
            var target = part switch { 0 => changed, 1 => id, _ => timestamp };
            target[at % target.Length] ^= (byte)(1 << bit);

            var headers = new SignatureHeaders(Encoding.Latin1.GetString(id), Encoding.Latin1.GetString(timestamp), signature);
            StandardWebhooks.Verify(headers, changed, Secrets(Secret), SentAt).IsVerified.ShouldBeFalse();
        }, iter: 20_000);

    [Fact]
    public void Any_flipped_bit_of_a_signature_of_either_version_is_refused()
    {
        foreach (var signature in new[] { Signature, SignEd25519(Body) })
        {
            for (var bit = 0; bit < signature.Length * 8; bit++)
            {
                var bytes = Encoding.ASCII.GetBytes(signature);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));

                Verify(Encoding.Latin1.GetString(bytes), secrets: [Secret, PublicSecret]).IsVerified.ShouldBeFalse($"bit {bit} of {signature}");
            }
        }
    }

    [Fact]
    public void An_ed25519_signature_of_another_implementation_is_verified()
    {
        Verify(SignEd25519(Body), secrets: [PublicSecret]).IsVerified.ShouldBeTrue();
        Verify(SignEd25519(Body) + " " + Signature, secrets: [PublicSecret]).IsVerified.ShouldBeTrue();
    }

    [Fact]
    public void A_secret_is_used_with_its_own_algorithm_only()
    {
        // Whoever knows the public key could make such a MAC; it must never count.
        var forged = "v1," + Convert.ToBase64String(HMACSHA256.HashData(PublicKey, Signed(Id, Timestamp, Body)));

        Verify(forged, secrets: [PublicSecret]).Outcome.ShouldBe(Outcome.NoMatch);
        Verify(SignEd25519(Body), secrets: [Secret]).Outcome.ShouldBe(Outcome.NoMatch);
    }

    [Fact]
    public void A_megabyte_is_verified_like_a_byte()
    {
        var body = RandomNumberGenerator.GetBytes(1024 * 1024);

        StandardWebhooks.Verify(new(Id, Timestamp, Sign(Id, Timestamp, body)), body, Secrets(Secret), SentAt).IsVerified.ShouldBeTrue();
    }

    private static string PublicSecret => "whpk_" + Convert.ToBase64String(PublicKey);

    private static Verification Verify(string signatures, string[]? secrets = null, DateTimeOffset? now = null) =>
        StandardWebhooks.Verify(new(Id, Timestamp, signatures), Body, Secrets(secrets ?? [Secret]), now ?? SentAt);

    private static Outcome OutcomeOf(SignatureHeaders headers) => StandardWebhooks.Verify(headers, Body, Secrets(Secret), SentAt).Outcome;

    private static SigningSecret[] Secrets(params string[] texts) => [.. texts.Select(text => SigningSecret.Parse(text).ShouldNotBeNull())];

    private static string Sign(string id, string timestamp, byte[] body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Signed(id, timestamp, body)));

    private static string SignEd25519(byte[] body)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, new Ed25519PrivateKeyParameters(PrivateKey));
        var signed = Signed(Id, Timestamp, body);
        signer.BlockUpdate(signed, 0, signed.Length);
        return "v1a," + Convert.ToBase64String(signer.GenerateSignature());
    }

    private static byte[] Signed(string id, string timestamp, byte[] body) => [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
}
