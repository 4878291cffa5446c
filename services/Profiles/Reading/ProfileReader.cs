namespace Freshet.Profiles.Reading;

/// <summary>Reads profiles: Redis while it answers, PostgreSQL otherwise.</summary>
public sealed class ProfileReader
{
    /// <summary>Same order and length as <paramref name="keys"/>; null where nobody is known. Follows merges.</summary>
    public Task<ProfileDocument?[]> GetAsync(IReadOnlyList<ProfileKey> keys, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>The same from PostgreSQL, past Redis: for a reader that must see a batch which is applied and not published yet.</summary>
    public Task<ProfileDocument?[]> GetStoredAsync(IReadOnlyList<ProfileKey> keys, CancellationToken ct) => throw new NotSupportedException();
}
