using System.Security.Cryptography;
using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Options;

namespace Freshet.Profiles.Tests.Sealing;

public sealed class DataKeyTests
{
    private static readonly Guid Row = Guid.CreateVersion7();

    [Fact]
    public void A_seal_opens_in_its_place_and_is_never_the_same_twice()
    {
        var key = Key();
        var place = SealedPlace.Of("profiles", Row, "state");

        var one = key.Seal("hello"u8, place);

        key.Open(one, place).ShouldBe("hello"u8.ToArray());
        one.Length.ShouldBe(5 + DataKey.Overhead);
        key.Seal("hello"u8, place).ShouldNotBe(one);
        key.Open(key.Seal([], place), place).ShouldBeEmpty();
    }

    [Fact]
    public void A_seal_does_not_open_in_another_table_row_or_field()
    {
        var key = Key();
        var value = key.Seal("hello"u8, SealedPlace.Of("profiles", Row, "state"));

        foreach (var place in (byte[][])[SealedPlace.Of("events", Row, "state"), SealedPlace.Of("profiles", Guid.CreateVersion7(), "state"), SealedPlace.Of("profiles", Row, "raw")])
        {
            Should.Throw<AuthenticationTagMismatchException>(() => key.Open(value, place));
        }
    }

    [Fact]
    public void Equal_key_material_under_another_key_id_does_not_open_it()
    {
        var material = RandomNumberGenerator.GetBytes(32);
        var place = SealedPlace.Of("profiles", Row, "state");
        var value = new DataKey(Guid.CreateVersion7(), KeyPurpose.Profile, material).Seal("hello"u8, place);

        Should.Throw<AuthenticationTagMismatchException>(() => new DataKey(Guid.CreateVersion7(), KeyPurpose.Profile, material).Open(value, place));
    }

    [Fact]
    public void Any_changed_or_missing_byte_is_noticed()
    {
        var key = Key();
        var place = SealedPlace.Of("profiles", Row, "state");
        var value = key.Seal("hello"u8, place);

        for (var i = 0; i < value.Length; i++)
        {
            var changed = value.ToArray();
            changed[i] ^= 1;
            Should.Throw<AuthenticationTagMismatchException>(() => key.Open(changed, place));
            Should.Throw<AuthenticationTagMismatchException>(() => key.Open(value.AsSpan(0, i), place));
        }
    }

    [Fact]
    public void One_key_serves_many_threads()
    {
        var key = Key(KeyPurpose.Cache);
        var place = SealedPlace.Of("redis", Row, "profile");

        Parallel.For(0, 20_000, i =>
        {
            var plain = BitConverter.GetBytes(i);
            key.Open(key.Seal(plain, place), place).ShouldBe(plain);
        });
    }

    [Fact]
    public void A_data_key_opens_only_with_the_secret_that_wrapped_it()
    {
        var old = Keks("an old secret that is long enough to be used");
        var row = old.Wrap(Key());

        Keks("a new secret that is long enough to be used", "an old secret that is long enough to be used").Unwrap(row).Id.ShouldBe(row.KeyId);
        Should.Throw<SealingException>(() => Keks("a new secret that is long enough to be used").Unwrap(row)).Message.ShouldContain("Sealing:PreviousKeyEncryptionKey");
        Should.Throw<AuthenticationTagMismatchException>(() => old.Unwrap(row with { KeyId = Guid.CreateVersion7() }));
        old.CurrentId.Length.ShouldBe(8);
    }

    [Fact]
    public void The_identity_index_keeps_namespaces_and_secrets_apart()
    {
        var index = new IdentityIndex("a secret for the index that is long enough");

        index.Of("email", "a@example.com").ShouldBe(index.Of("email", "a@example.com"));
        index.Of("email", "a@example.com").ShouldNotBe(index.Of("user_id", "a@example.com"));
        index.Of("ab", "c").ShouldNotBe(index.Of("a", "bc"));
        new IdentityIndex("another secret for the index, long enough").Of("email", "a@example.com").ShouldNotBe(index.Of("email", "a@example.com"));
    }

    private static DataKey Key(KeyPurpose purpose = KeyPurpose.Profile) => new(Guid.CreateVersion7(), purpose, RandomNumberGenerator.GetBytes(32));

    private static KeyEncryptionKeys Keks(string current, string? previous = null) =>
        new(Options.Create(new SealingOptions { KeyEncryptionKey = current, PreviousKeyEncryptionKey = previous }));
}
