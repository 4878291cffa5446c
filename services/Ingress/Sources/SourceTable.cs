using System.Collections.Frozen;
using Freshet.Ingress.Verifying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sources;
using Freshet.ServiceDefaults.Limits;

namespace Freshet.Ingress.Sources;

/// <summary>The sources of one workspace version, ready to be looked up. Immutable but for what is left of the limits.</summary>
public sealed class SourceTable
{
    private readonly FrozenDictionary<string, SourceEntry> _byId;
    private readonly FrozenDictionary<(SourceKind Kind, UInt128 Hash), SourceEntry> _byWriteKey;

    private SourceTable(IReadOnlyList<SourceEntry> entries, IEnumerable<KeyValuePair<(SourceKind Kind, UInt128 Hash), SourceEntry>> byWriteKey)
    {
        _byId = entries.ToFrozenDictionary(entry => entry.Source.Id);
        _byWriteKey = byWriteKey.DistinctBy(pair => pair.Key).ToFrozenDictionary();
        Faults = [.. entries.Where(entry => entry.Fault is not null && entry.Source.IsEnabled).Select(entry => entry.Fault!)];
    }

    public static SourceTable Empty { get; } = new([], []);

    /// <summary>What is wrong with the configuration, each with its cure.</summary>
    public IReadOnlyList<string> Faults { get; }

    public SourceEntry? OfWebhook(string id) =>
        _byId.TryGetValue(id, out var entry) && entry.TakesWebhooks ? entry : null;

    /// <summary>The source that a key names: a key of one protocol says nothing in another.</summary>
    public SourceEntry? OfWriteKey(ReadOnlySpan<char> key, SourceKind kind = SourceKind.Tracking) =>
        WriteKeys.HashOf(key) is { } hash && _byWriteKey.TryGetValue((kind, hash), out var entry) ? entry : null;

    /// <summary>Joins a workspace with the secrets that it names.</summary>
    /// <param name="workspace">What is known.</param>
    /// <param name="secretOf">Gives a secret by name; null where it is not configured.</param>
    /// <param name="previous">The table before: what is left of a limit that did not change is carried over.</param>
    /// <param name="proofs">Makes the proof of each.</param>
    /// <param name="time">Clock of the limits.</param>
    public static SourceTable Build(Workspace workspace, Func<string, string?> secretOf, SourceTable previous, Proofs proofs, TimeProvider time)
    {
        var entries = new List<SourceEntry>();
        var byWriteKey = new List<KeyValuePair<(SourceKind Kind, UInt128 Hash), SourceEntry>>();
        foreach (var source in workspace.Sources.Values)
        {
            var limit = previous._byId.TryGetValue(source.Id, out var known) && known.Source.EventsPerSecond == source.EventsPerSecond
                ? known.Limit
                : TokenBucket.OfSource(source.EventsPerSecond, time);
            var texts = source.SecretNames.Select(name => (Name: name, Text: secretOf(name))).ToList();
            var usable = texts.Where(secret => !string.IsNullOrWhiteSpace(secret.Text) && SecretForms.FaultOf(source.Kind, secret.Text) is null);
            var proof = proofs.Of(source, [.. usable.Select(secret => secret.Text!.Trim())]);
            var entry = new SourceEntry(source, proof, FaultOf(source, proof, texts), limit)
            {
                VerifyToken = source.VerifyTokenName is { } token ? secretOf(token)?.Trim() : null,
            };
            entries.Add(entry);
            if (!entry.TakesWebhooks)
            {
                var hashes = texts.Select(secret => WriteKeys.HashOf(secret.Text?.Trim())).OfType<UInt128>();
                byWriteKey.AddRange(hashes.Select(hash => KeyValuePair.Create((source.Kind, hash), entry)));
            }
        }

        return new SourceTable(entries, byWriteKey);
    }

    private static string? FaultOf(Source source, IProof? proof, List<(string Name, string? Text)> secrets)
    {
        if (secrets.Count == 0 && source.Kind != SourceKind.AmazonSns)
        {
            return $"Source '{source.Id}' names no secret: add one to 'secrets' of sources/{source.Id}.yaml.";
        }

        foreach (var (name, text) in secrets)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                return $"Source '{source.Id}' needs Parameters:{name} (environment variable Parameters__{name.Replace('-', '_')}), which is not set.";
            }

            if (SecretForms.FaultOf(source.Kind, text) is { } fault)
            {
                return $"Parameters:{name} of source '{source.Id}' is {fault}.";
            }
        }

        return proof is null && source.Kind is not (SourceKind.Tracking or SourceKind.Mixpanel or SourceKind.Ga4)
            ? $"Source '{source.Id}' cannot be proven: sources/{source.Id}.yaml lacks a setting of its kind, or no secret in it is a valid key."
            : null;
    }
}
