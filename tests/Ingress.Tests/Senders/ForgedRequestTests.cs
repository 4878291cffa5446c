using System.Diagnostics;
using Freshet.Ingress.Verifying;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>What is changed on its way is accepted under no scheme.</summary>
public sealed class ForgedRequestTests(ITestOutputHelper output)
{
    private const int Seed = 20261123;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_435_100);

    public static TheoryData<string> Schemes => [.. Vendors.All.Select(vendor => vendor.Name)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task A_changed_request_is_never_accepted(string scheme) => (await ForgeAsync(scheme, 200)).ShouldBe(200);

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Another_secret_is_never_accepted(string scheme)
    {
        var valid = Vendors.Make(scheme, Now);
        if (valid.Source.SecretNames.Count == 0)
        {
            return;
        }

        var other = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var secret = valid.Source.Kind switch
        {
            Profiles.Sources.SourceKind.Sendgrid => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
            _ => $"whsec_{other}",
        };
        var proof = TestProofs.Create(TimeProvider.System).Of(valid.Source, [secret]).ShouldNotBeNull();

        (await VerifyAsync(proof, valid, Now)).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Old_and_new_secret_are_accepted_while_one_is_rotated(string scheme)
    {
        var valid = Vendors.Make(scheme, Now);
        var secret = valid.Source.SecretNames.Select(name => Vendors.Parameters[$"Parameters:{name}"]).ToList();
        var other = valid.Source.Kind == Profiles.Sources.SourceKind.Sendgrid ? secret : [.. secret.Select(text => text[..6] + Convert.ToBase64String(new byte[32]))];
        var proofs = TestProofs.Create(TimeProvider.System);

        (await VerifyAsync(proofs.Of(valid.Source, [.. secret, .. other])!, valid, Now)).ShouldBeTrue();
        (await VerifyAsync(proofs.Of(valid.Source, [.. other, .. secret])!, valid, Now)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task A_header_of_a_megabyte_is_refused_unread(string scheme)
    {
        var valid = Vendors.Make(scheme, Now);
        if (Mutations.Huge(valid, new Random(Seed)) is { } huge)
        {
            (await VerifyAsync(ProofOf(valid), huge, Now)).ShouldBeFalse();
        }
    }

    [Fact(Explicit = true)]
    public async Task Of_a_million_changed_requests_none_is_accepted()
    {
        var started = Stopwatch.GetTimestamp();
        var each = (1_000_000 / Vendors.All.Count) + 1;
        var refused = 0;
        foreach (var (scheme, _) in Vendors.All)
        {
            var before = Stopwatch.GetTimestamp();
            refused += await ForgeAsync(scheme, each);
            output.WriteLine($"{scheme}: {each} in {Stopwatch.GetElapsedTime(before).TotalSeconds:0.0} s");
        }

        output.WriteLine($"{refused} refused in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, seed {Seed}");
        refused.ShouldBe(each * Vendors.All.Count);
    }

    // Every hundredth change starts from a request that is valid itself: otherwise a proof that refuses everything would pass.
    private static async Task<int> ForgeAsync(string scheme, int count)
    {
        var random = new Random(Seed);
        var valid = Vendors.Make(scheme, Now);
        var proof = ProofOf(valid);
        var refused = 0;
        while (refused < count)
        {
            if (refused % 100 == 0)
            {
                (await VerifyAsync(proof, valid, Now)).ShouldBeTrue(scheme);
            }

            if (Mutations.Draw(valid, Now, random) is { } forged)
            {
                (await VerifyAsync(proof, forged.Request, forged.Now))
                    .ShouldBeFalse($"{scheme}, {forged.What}, number {refused}: {forged.Request.Query} {string.Join(' ', forged.Request.Headers)} {forged.Request.Text}");
                refused++;
            }
        }

        return refused;
    }

    private static IProof ProofOf(VendorRequest request) =>
        TestProofs.Create(new ShiftedClock(Now), new AmazonStub { IsLenient = true }).Of(request.Source, [.. request.Source.SecretNames.Select(name => Vendors.Parameters[$"Parameters:{name}"])]).ShouldNotBeNull();

    private static async Task<bool> VerifyAsync(IProof proof, VendorRequest request, DateTimeOffset now)
    {
        if (proof is IFetchesKeys keys)
        {
            await keys.FetchAsync(request.Body, CancellationToken.None);
        }

        var head = request.HeadAt(now);
        var verified = proof.Verify(head, request.Body).IsVerified;
        if (!verified)
        {
            return false;
        }

        // The head alone may let through what the body then refuses, never the other way round.
        proof.CheckHead(head).IsVerified.ShouldBeTrue();
        return true;
    }
}
