using System.Text.Json;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Mapping;

/// <summary>How a source's events are read: by its active mapping, or by the version that a replay names.</summary>
/// <param name="active">What new events are read by.</param>
/// <param name="versions">All that are kept.</param>
public sealed class EventMapping(CompiledMapping active, MappingSet versions)
{
    /// <summary>What <see cref="TypeOf"/> says of an event that the mapping cannot read. Such an event is kept, so that it is parked with its reason.</summary>
    public const string Undecided = "mapping.undecided";

    public const string ErasureRequested = "privacy.erasure.requested";
    public const string AccessRequested = "privacy.access.requested";
    public const string ShopErasureRequested = "shop.erasure.requested";

    /// <summary>A header of ours: the version that a replay asked for, <c>name@3</c>. No sender's header is kept under this name.</summary>
    public const string VersionHeader = "freshet-mapping";

    public CompiledMapping Active { get; } = active;

    /// <summary>Whether some event that it reads can be a signal of privacy law.</summary>
    public bool MaySignalPrivacy => Active.MaySignalPrivacy;

    /// <summary>The event's type, by the active version; null: no rule fits it. Never runs a script, never fails.</summary>
    public string? TypeOf(RawEvent raw) => Active.TypeOf(raw);

    /// <summary>Whether a type asks for the erasure or the data of a person: such an event is never filtered.</summary>
    public static bool IsPrivacySignal(string type) => type is ErasureRequested or AccessRequested or ShopErasureRequested;

    /// <summary>The headers without <see cref="VersionHeader"/>.</summary>
    public static IReadOnlyDictionary<string, string> WithoutVersion(IReadOnlyDictionary<string, string> headers) =>
        headers.ContainsKey(VersionHeader) ? headers.Where(header => header.Key != VersionHeader).ToDictionary() : headers;

    /// <summary>The headers with a version that the event is to be read by; null: by the active one.</summary>
    /// <param name="headers">Of the event.</param>
    /// <param name="version"><c>name@3</c>.</param>
    public static IReadOnlyDictionary<string, string> WithVersion(IReadOnlyDictionary<string, string> headers, string? version) =>
        version is null ? WithoutVersion(headers) : new Dictionary<string, string>(headers) { [VersionHeader] = version };

    /// <summary>Whether an event of this type is kept whatever the source's filter says: it is a privacy signal, or only reading it will tell what it is.</summary>
    public static bool IsNeverFiltered(string type) => type == Undecided || IsPrivacySignal(type);

    internal EventReading Read(RawEvent raw, JsonElement body)
    {
        if (!raw.Headers.TryGetValue(VersionHeader, out var wanted))
        {
            return Active.Read(raw, body);
        }

        return versions.Find(wanted) is { } version
            ? version.Read(raw, body)
            : EventReading.Refuse("mapping.version", "The version of the mapping that the replay named is not kept. Replay it with another version, or without naming one.");
    }
}
