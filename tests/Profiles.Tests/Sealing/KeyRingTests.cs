using System.Security.Cryptography;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Tests.Storage;
using Freshet.Testing;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Freshet.Profiles.Tests.Sealing;

public sealed class KeyRingTests
{
    private static readonly Dictionary<string, string?> NewSecret = new()
    {
        ["Sealing:KeyEncryptionKey"] = "the new secret of the tests, which is long enough",
        ["Sealing:PreviousKeyEncryptionKey"] = "a secret of the tests, which is long enough",
    };

    [Fact]
    public async Task Hosts_agree_on_the_current_key_and_renew_it_after_a_day()
    {
        await using var store = await Store.CreateAsync();
        var other = await store.AnotherHostAsync();

        var keys = await Task.WhenAll(new[] { store, other, store, other }.Select(host => Task.Run(async () =>
            (await host.Get<KeyRing>().CurrentAsync(KeyPurpose.Batch, CancellationToken.None)).Id)));
        keys.Distinct().Count().ShouldBe(1);

        store.Time.Advance(TimeSpan.FromHours(25));
        var next = await store.Get<KeyRing>().CurrentAsync(KeyPurpose.Batch, CancellationToken.None);
        next.Id.ShouldNotBe(keys[0]);
        (await other.Get<KeyRing>().CurrentAsync(KeyPurpose.Batch, CancellationToken.None)).Id.ShouldBe(next.Id);
        (await store.Get<KeyRing>().CurrentAsync(KeyPurpose.Cache, CancellationToken.None)).Id.ShouldNotBe(next.Id);
    }

    [Fact]
    public async Task A_PostgreSQL_that_hangs_at_the_renewal_leaves_the_old_key_in_use()
    {
        await using var store = await Store.CreateAsync();
        var keys = store.Get<KeyRing>();
        var old = await keys.CurrentAsync(KeyPurpose.Batch, CancellationToken.None);
        store.Time.Advance(TimeSpan.FromHours(25));

        await using (var connection = await store.Database.DataSource.OpenConnectionAsync())
        {
            // The lock under which hosts renew: who waits for it is answered by nobody.
            await using var hang = new NpgsqlCommand("select pg_advisory_lock(hashtextextended('data key batch', 7010))", connection);
            await hang.ExecuteNonQueryAsync();

            var renewal = keys.CurrentAsync(KeyPurpose.Batch, CancellationToken.None).AsTask();
            await Eventually.TrueAsync(
                _ =>
                {
                    store.Time.Advance(TimeSpan.FromMilliseconds(100));
                    return Task.FromResult(renewal.IsCompleted);
                },
                "the end of the renewal");
            (await renewal).Id.ShouldBe(old.Id);

            await using var release = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
            await release.ExecuteNonQueryAsync();
        }

        store.Time.Advance(TimeSpan.FromSeconds(31));
        (await keys.CurrentAsync(KeyPurpose.Batch, CancellationToken.None)).Id.ShouldNotBe(old.Id);
    }

    [Fact]
    public async Task A_rotation_rewraps_every_key_and_data_stays_readable()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Enumerable.Range(0, 30).Select(i => Shop.Order($"{i}", $"u{i}")));
        var rotating = await store.AnotherHostAsync(settings: NewSecret);

        var report = await rotating.Get<KeyRotation>().RewrapAsync(CancellationToken.None);

        report.ShouldBe(new RotationReport(31, 0, 0));
        (await rotating.Get<KeyRotation>().RewrapAsync(CancellationToken.None)).ShouldBe(new RotationReport(0, 31, 0));
        var rotated = await store.AnotherHostAsync(settings: new() { ["Sealing:KeyEncryptionKey"] = NewSecret["Sealing:KeyEncryptionKey"] });
        (await rotated.StoredAsync("user_id", "u7")).ShouldNotBeNull();
        (await store.Get<KeyRotation>().RewrapAsync(CancellationToken.None)).Unknown.ShouldBe(31);
    }

    [Fact]
    public async Task A_destroyed_key_makes_its_profile_unreadable_and_nobody_else()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Shop.Order("1", "ada"), Shop.Order("2", "bob"));
        var ada = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull();
        await store.Database.ExecuteAsync($"update data_keys set wrapped = null where profile_id = '{ada.Id}'");

        var other = await store.AnotherHostAsync();

        (await other.StoredAsync("user_id", "ada")).ShouldBeNull();
        (await other.StoredAsync("user_id", "bob")).ShouldNotBeNull();
        var keyId = await store.Database.ScalarAsync<Guid>($"select key_id from data_keys where profile_id = '{ada.Id}'");
        await Should.ThrowAsync<SealingException>(async () => await other.Get<KeyRing>().GetAsync(keyId, CancellationToken.None));
    }

    [Fact]
    public async Task A_state_that_was_copied_to_another_row_does_not_open()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Shop.Order("1", "ada"), Shop.Order("2", "bob"));
        await store.Database.ExecuteAsync("""
            update profiles p set state = other.state, key_id = other.key_id from profiles other where other.profile_id <> p.profile_id and p.profile_id < other.profile_id
            """);

        await Should.ThrowAsync<AuthenticationTagMismatchException>(async () =>
        {
            await store.StoredAsync("user_id", "ada");
            await store.StoredAsync("user_id", "bob");
        });
    }

    [Fact]
    public void Missing_secrets_are_named_with_their_cure()
    {
        var validator = new DataAnnotationValidateOptions<SealingOptions>(null);

        var result = validator.Validate(null, new SealingOptions { KeyEncryptionKey = "short" });

        result.FailureMessage.ShouldNotBeNull().ShouldContain("Sealing:KeyEncryptionKey is too short");
        result.FailureMessage.ShouldContain("Sealing:IdentityIndexKey is not set");
        result.FailureMessage.ShouldContain("openssl rand -base64 32");
    }
}
