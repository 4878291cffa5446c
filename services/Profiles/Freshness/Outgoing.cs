using System.Text.Json;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;

namespace Freshet.Profiles.Freshness;

/// <summary>
/// What <c>event_batches.outgoing</c> holds, sealed: the changes, and the ids of every profile whose document is to be written. The documents
/// themselves are not in it: a relay that comes late writes the current ones.
/// </summary>
internal sealed record Outgoing(IReadOnlyList<Guid> ProfileIds, IReadOnlyList<ProfileChange> Changes)
{
    internal static Outgoing Of(Publication publication) => new(
        [.. publication.Documents.Select(document => document.Id), .. publication.Redirects.Select(redirect => redirect.ProfileId)],
        publication.Changes);

    internal byte[] Seal(Guid batchId, DataKey key) =>
        key.Seal(FreshText.Of(this), Place(batchId));

    internal static Outgoing Open(Guid batchId, DataKey key, byte[] sealedValue) =>
        JsonSerializer.Deserialize(key.Open(sealedValue, Place(batchId)), FreshJson.Default.Outgoing)
        ?? throw new InvalidDataException($"The outgoing changes of batch {batchId} are empty.");

    private static byte[] Place(Guid batchId) => SealedPlace.Of("event_batches", batchId, "outgoing");
}
