using System.Text.Json;
using Freshet.Profiles.Binary;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>
/// The stored form of a profile's state. Its first byte says which form it is: 2 is this one, 3 is the same with overrides behind it, a brace
/// begins form 1. Numbers and text as <see cref="ByteWriter"/> writes them; trait states stay unread until they are asked for.
/// </summary>
public static class ProfileStateCodec
{
    private const byte Form = 2;
    private const byte OverriddenForm = 3;
    private const int UsualSize = 2048;

    /// <summary>The bytes, in an array of their own.</summary>
    public static byte[] Encode(ProfileState state)
    {
        using var writer = Write(state);
        return writer.Written.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote, and JSON from before it. The state keeps the bytes.</summary>
    /// <exception cref="InvalidDataException">The form is newer than this program, or the bytes are damaged.</exception>
    public static ProfileState Decode(byte[] bytes)
    {
        if (bytes is [(byte)'{', ..])
        {
            return ProfileStateJson.Read(bytes);
        }

        if (bytes is not [Form or OverriddenForm, ..])
        {
            throw Unknown(bytes is [var form, ..] ? form : 0);
        }

        try
        {
            var reader = new ByteReader(bytes);
            return Read(ref reader, bytes);
        }
        catch (ArgumentOutOfRangeException failure)
        {
            throw new InvalidDataException("A stored profile state is cut short. Restore the profile from a backup or replay its events.", failure);
        }
    }

    /// <summary>The same bytes in a pooled buffer, which the caller disposes of.</summary>
    internal static ByteWriter Write(ProfileState state)
    {
        var writer = new ByteWriter(UsualSize);
        writer.Byte(state.Overrides.Count == 0 ? Form : OverriddenForm);
        writer.Id(state.ProfileId);
        writer.Number((ulong)state.Version);
        writer.Instant(state.CreatedAt);
        writer.Instant(state.UpdatedAt);
        writer.Byte(state.MergedInto is null ? (byte)0 : (byte)1);
        if (state.MergedInto is { } heir)
        {
            writer.Id(heir);
        }

        WriteIdentities(ref writer, state);
        writer.Number((ulong)state.Cuts.Count);
        for (var i = 0; i < state.Cuts.Count; i++)
        {
            Write(ref writer, state.Cuts[i]);
        }

        writer.Number((ulong)state.Subjects.Count);
        for (var i = 0; i < state.Subjects.Count; i++)
        {
            writer.Id(state.Subjects[i].Id);
            state.Subjects[i].Traits.Write(ref writer);
        }

        if (state.Overrides.Count > 0)
        {
            WriteOverrides(ref writer, state.Overrides);
        }

        return writer;
    }

    internal static InvalidDataException Unknown(int form) =>
        new($"A stored profile state has form {form}, this program reads forms {ProfileStateJson.Form} to {OverriddenForm}. Upgrade the program that reads it.");

    // The initializers run from top to bottom, which is the order in which they were written.
    private static ProfileState Read(ref ByteReader reader, ReadOnlyMemory<byte> memory)
    {
        var form = reader.Byte();
        Stamp? previous = null;
        return new ProfileState
        {
            ProfileId = reader.Id(),
            Version = (long)reader.Number(),
            CreatedAt = reader.Instant(),
            UpdatedAt = reader.Instant(),
            MergedInto = reader.Byte() == 0 ? null : reader.Id(),
            Identities = ReadIdentities(ref reader, ref previous),
            Links = ReadLinks(ref reader, ref previous),
            Cuts = ReadCuts(ref reader),
            Subjects = ReadSubjects(ref reader, memory),
            Overrides = form == OverriddenForm ? ReadOverrides(ref reader) : [],
        };
    }

    // An identity and the link to it mostly come from one event: its stamp is written once.
    private static void WriteIdentities(ref ByteWriter writer, ProfileState state)
    {
        Stamp? previous = null;
        writer.Number((ulong)state.Identities.Count);
        for (var i = 0; i < state.Identities.Count; i++)
        {
            var identity = state.Identities[i];
            writer.Id(identity.Id);
            writer.Text(identity.Namespace);
            writer.Text(identity.Value);
            Write(ref writer, identity.First, ref previous);
            writer.Instant(identity.LastSeenAt);
        }

        writer.Number((ulong)state.Links.Count);
        for (var i = 0; i < state.Links.Count; i++)
        {
            var link = state.Links[i];
            writer.Id(link.A);
            writer.Id(link.B);
            Write(ref writer, link.First, ref previous);
            writer.Byte(link.IsAlias ? (byte)1 : (byte)0);
        }
    }

    private static KnownIdentity[] ReadIdentities(ref ByteReader reader, ref Stamp? previous)
    {
        var identities = new KnownIdentity[reader.Count()];
        for (var i = 0; i < identities.Length; i++)
        {
            identities[i] = new KnownIdentity(reader.Id(), reader.Word(), reader.Text(), ReadStamp(ref reader, ref previous), reader.Instant());
        }

        return identities;
    }

    private static IdentityLink[] ReadLinks(ref ByteReader reader, ref Stamp? previous)
    {
        var links = new IdentityLink[reader.Count()];
        for (var i = 0; i < links.Length; i++)
        {
            links[i] = new IdentityLink(reader.Id(), reader.Id(), ReadStamp(ref reader, ref previous), reader.Byte() != 0);
        }

        return links;
    }

    private static void Write(ref ByteWriter writer, Stamp stamp, ref Stamp? previous)
    {
        var isSame = stamp == previous;
        writer.Byte(isSame ? (byte)0 : (byte)1);
        if (!isSame)
        {
            TraitStateCodec.Write(ref writer, stamp);
            previous = stamp;
        }
    }

    private static Stamp ReadStamp(ref ByteReader reader, ref Stamp? previous) =>
        reader.Byte() == 0 ? previous! : previous = TraitStateCodec.ReadStamp(ref reader);

    private static void Write(ref ByteWriter writer, IdentityCut cut)
    {
        writer.Id(cut.Id);
        WriteIds(ref writer, cut.Part);
        WriteIds(ref writer, cut.Rest);
        writer.Instant(cut.At);
        writer.Text(cut.By);
        writer.Byte((byte)((cut.RevokedAt is null ? 0 : 1) | (cut.RevokedBy is null ? 0 : 2)));
        if (cut.RevokedAt is { } revokedAt)
        {
            writer.Instant(revokedAt);
        }

        if (cut.RevokedBy is { } revokedBy)
        {
            writer.Text(revokedBy);
        }
    }

    private static IdentityCut[] ReadCuts(ref ByteReader reader)
    {
        var cuts = new IdentityCut[reader.Count()];
        for (var i = 0; i < cuts.Length; i++)
        {
            var cut = new IdentityCut
            {
                Id = reader.Id(), Part = ReadIds(ref reader), Rest = ReadIds(ref reader), At = reader.Instant(), By = reader.Text(),
            };
            var revocation = reader.Byte();
            cuts[i] = cut with
            {
                RevokedAt = (revocation & 1) == 0 ? null : reader.Instant(),
                RevokedBy = (revocation & 2) == 0 ? null : reader.Text(),
            };
        }

        return cuts;
    }

    private static void WriteIds(ref ByteWriter writer, IReadOnlyList<Guid> ids)
    {
        writer.Number((ulong)ids.Count);
        for (var i = 0; i < ids.Count; i++)
        {
            writer.Id(ids[i]);
        }
    }

    private static Guid[] ReadIds(ref ByteReader reader)
    {
        var ids = new Guid[reader.Count()];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = reader.Id();
        }

        return ids;
    }

    private static SubjectState[] ReadSubjects(ref ByteReader reader, ReadOnlyMemory<byte> memory)
    {
        var subjects = new SubjectState[reader.Count()];
        for (var i = 0; i < subjects.Length; i++)
        {
            subjects[i] = new SubjectState(reader.Id(), SubjectTraits.Read(ref reader, memory));
        }

        return subjects;
    }

    private static void WriteOverrides(ref ByteWriter writer, IReadOnlyList<TraitOverride> overrides)
    {
        writer.Number((ulong)overrides.Count);
        foreach (var one in overrides)
        {
            writer.Id(one.Id);
            writer.Id(one.Subject);
            writer.Text(one.Trait);
            writer.Text(one.Value.GetRawText());
            writer.Text(one.Reason);
            writer.Text(one.By);
            writer.Instant(one.SetAt);
            writer.Instant(one.ExpiresAt);
        }
    }

    private static TraitOverride[] ReadOverrides(ref ByteReader reader)
    {
        var overrides = new TraitOverride[reader.Count()];
        for (var i = 0; i < overrides.Length; i++)
        {
            overrides[i] = new TraitOverride(
                reader.Id(), reader.Id(), reader.Word(), JsonElement.Parse(reader.Text()), reader.Text(), reader.Text(), reader.Instant(), reader.Instant());
        }

        return overrides;
    }
}
