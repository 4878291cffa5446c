using System.Text.Json;
using Freshet.Profiles.Freshness;

namespace Freshet.Profiles.Reading;

/// <summary>
/// A profile as the text that the cache holds, and where its fields are in it: found in one pass, without building objects from it. Who needs
/// a field copies its bytes. <see cref="ProfileDocument"/> is the same with objects.
/// </summary>
public sealed class ProfileFields
{
    private readonly byte[] text;
    private TraitPlace[] traits = new TraitPlace[16];
    private IdentityPlace[] identities = new IdentityPlace[4];
    private int traitCount;
    private int identityCount;
    private TextRange id;
    private TextRange version;
    private TextRange updatedAt;

    private ProfileFields(byte[] text) => this.text = text;

    /// <summary>A JSON string, with its quotes.</summary>
    public ReadOnlySpan<byte> Id => Text(id);

    /// <summary>A JSON number.</summary>
    public ReadOnlySpan<byte> Version => Text(version);

    /// <summary>A JSON string, with its quotes.</summary>
    public ReadOnlySpan<byte> UpdatedAt => Text(updatedAt);

    public ReadOnlySpan<TraitPlace> Traits => traits.AsSpan(0, traitCount);

    public ReadOnlySpan<IdentityPlace> Identities => identities.AsSpan(0, identityCount);

    /// <exception cref="JsonException">It is not the text of a profile.</exception>
    public static ProfileFields Parse(byte[] text)
    {
        var fields = new ProfileFields(text);
        var cursor = new JsonCursor(text);
        cursor.Take((byte)'{');
        for (var isFirst = true; cursor.HasNext((byte)'}', ref isFirst);)
        {
            fields.ReadMember(ref cursor);
        }

        Expect(cursor.IsAtEnd && fields.id.Length > 0 && fields.version.Length > 0 && fields.updatedAt.Length > 0);
        return fields;
    }

    public static ProfileFields Of(ProfileDocument document) => Parse(FreshKeys.Text(document));

    /// <summary>The bytes of a place.</summary>
    public ReadOnlySpan<byte> Text(TextRange range) => text.AsSpan(range.Start, range.Length);

    /// <summary>The trait of that name (as JSON writes it, without quotes), looked for from <paramref name="next"/> on: traits are mostly asked in their order.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, ref int next, out TraitPlace trait)
    {
        for (var looked = 0; looked < traitCount; looked++)
        {
            var at = next < traitCount ? next : 0;
            next = at + 1;
            if (Text(traits[at].Name).SequenceEqual(name))
            {
                trait = traits[at];
                return true;
            }
        }

        trait = default;
        return false;
    }

    /// <summary>The same trait with objects.</summary>
    /// <exception cref="JsonException">It is not the text of a trait.</exception>
    public TraitView View(TraitPlace trait) =>
        JsonSerializer.Deserialize(Text(trait.Whole), FreshJson.Default.TraitView) ?? throw new JsonException("A trait of a profile is null.");

    /// <summary>Whether the profile bears this identity.</summary>
    /// <exception cref="JsonException">An identity is no JSON text.</exception>
    internal bool Has(string identityNamespace, string value)
    {
        foreach (var identity in Identities)
        {
            if (IsText(identity.Value, value) && IsText(identity.Namespace, identityNamespace))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsText(TextRange range, string value)
    {
        var reader = new Utf8JsonReader(Text(range));
        return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(value);
    }

    private void ReadMember(ref JsonCursor cursor)
    {
        var name = Text(cursor.Name());
        if (name.SequenceEqual("traits"u8))
        {
            ReadTraits(ref cursor);
        }
        else if (name.SequenceEqual("identities"u8))
        {
            ReadIdentities(ref cursor);
        }
        else if (name.SequenceEqual("id"u8))
        {
            id = cursor.Value();
        }
        else if (name.SequenceEqual("version"u8))
        {
            version = cursor.Value();
        }
        else if (name.SequenceEqual("updatedAt"u8))
        {
            updatedAt = cursor.Value();
        }
        else
        {
            cursor.Value();
        }
    }

    private void ReadTraits(ref JsonCursor cursor)
    {
        cursor.Take((byte)'{');
        for (var isFirst = true; cursor.HasNext((byte)'}', ref isFirst);)
        {
            if (traitCount == traits.Length)
            {
                Array.Resize(ref traits, traitCount * 2);
            }

            traits[traitCount++] = ReadTrait(ref cursor);
        }
    }

    private TraitPlace ReadTrait(ref JsonCursor cursor)
    {
        var trait = new TraitPlace { Name = cursor.Name() };
        var start = cursor.Position;
        cursor.Take((byte)'{');
        for (var isFirst = true; cursor.HasNext((byte)'}', ref isFirst);)
        {
            var name = Text(cursor.Name());
            var value = cursor.Value(out var kind);
            trait = name.SequenceEqual("value"u8) ? trait with { Value = value, Kind = kind }
                : name.SequenceEqual("observedAt"u8) ? trait with { ObservedAt = value }
                : name.SequenceEqual("days"u8) ? trait with { HasDays = true }
                : name.SequenceEqual("until"u8) ? trait with { HasEnd = true }
                : trait;
        }

        Expect(trait.ObservedAt.Length > 0);
        return trait with { Whole = new TextRange(start, cursor.Position - start) };
    }

    private void ReadIdentities(ref JsonCursor cursor)
    {
        cursor.Take((byte)'[');
        for (var isFirst = true; cursor.HasNext((byte)']', ref isFirst);)
        {
            if (identityCount == identities.Length)
            {
                Array.Resize(ref identities, identityCount * 2);
            }

            identities[identityCount++] = ReadIdentity(ref cursor);
        }
    }

    private IdentityPlace ReadIdentity(ref JsonCursor cursor)
    {
        var identity = default(IdentityPlace);
        cursor.Take((byte)'{');
        for (var isFirst = true; cursor.HasNext((byte)'}', ref isFirst);)
        {
            var name = Text(cursor.Name());
            var value = cursor.Value();
            identity = name.SequenceEqual("namespace"u8) ? identity with { Namespace = value }
                : name.SequenceEqual("value"u8) ? identity with { Value = value }
                : name.SequenceEqual("firstSeenAt"u8) ? identity with { FirstSeenAt = value }
                : name.SequenceEqual("lastSeenAt"u8) ? identity with { LastSeenAt = value }
                : name.SequenceEqual("source"u8) ? identity with { Source = value }
                : identity;
        }

        Expect(identity is { Namespace.Length: > 0, Value.Length: > 0, FirstSeenAt.Length: > 0, LastSeenAt.Length: > 0, Source.Length: > 0 });
        return identity;
    }

    private static void Expect(bool holds)
    {
        if (!holds)
        {
            throw new JsonException("The text is not that of a profile.");
        }
    }
}

/// <summary>Some bytes of a text.</summary>
public readonly record struct TextRange(int Start, int Length);

/// <summary>Where a trait is.</summary>
public readonly record struct TraitPlace
{
    /// <summary>Without quotes, as JSON writes it.</summary>
    public TextRange Name { get; init; }

    /// <summary>The JSON object of the trait.</summary>
    public TextRange Whole { get; init; }

    /// <summary>Empty if it has none; a windowed trait has days instead.</summary>
    public TextRange Value { get; init; }

    /// <summary>The first token of the value.</summary>
    public JsonTokenType Kind { get; init; }

    public TextRange ObservedAt { get; init; }

    public bool HasDays { get; init; }

    /// <summary>It is an override, which counts until some moment.</summary>
    public bool HasEnd { get; init; }
}

/// <summary>Where the members of an identity are; each with its quotes.</summary>
public readonly record struct IdentityPlace(TextRange Namespace, TextRange Value, TextRange FirstSeenAt, TextRange LastSeenAt, TextRange Source);
