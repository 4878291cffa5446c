using System.Text.Json;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Plans;

/// <summary>One answer while it is being written.</summary>
internal sealed class PlanFrame(Utf8JsonWriter writer, ProfileFields profile, PlanValues values, DateTimeOffset now)
{
    public Utf8JsonWriter Writer => writer;

    public ProfileFields Profile => profile;

    public PlanValues Values => values;

    public DateTimeOffset Now => now;

    // Where the next trait is looked for.
    public int NextTrait;
}

/// <summary>Writes one field of a profile or of its traits, name included.</summary>
internal abstract class PlanStep(PlannedField field)
{
    private readonly PlannedField _field = field;

    protected JsonEncodedText Key => _field.JsonKey;

    /// <summary>Writes an object. False: only the engine can answer this.</summary>
    public static bool TryWriteAll(PlanStep[] steps, PlanFrame frame)
    {
        frame.Writer.WriteStartObject();
        foreach (var step in steps)
        {
            if (step._field.IsWanted(frame.Values) && !step.TryWrite(frame))
                return false;
        }

        frame.Writer.WriteEndObject();
        return true;
    }

    protected abstract bool TryWrite(PlanFrame frame);
}

/// <summary>A value that is taken from the profile, or is always the same.</summary>
internal sealed class ValueStep(PlannedField field, Action<PlanFrame> write) : PlanStep(field)
{
    protected override bool TryWrite(PlanFrame frame)
    {
        frame.Writer.WritePropertyName(Key);
        write(frame);
        return true;
    }
}

/// <summary>The object <c>traits</c>.</summary>
internal sealed class TraitsStep(PlannedField field, PlanStep[] steps) : PlanStep(field)
{
    protected override bool TryWrite(PlanFrame frame)
    {
        frame.Writer.WritePropertyName(Key);
        return TryWriteAll(steps, frame);
    }
}

/// <summary>A field of an identity or of a trait with provenance.</summary>
internal sealed record PlanMember<T>(PlannedField Field, Action<PlanFrame, T> Write)
{
    public static void WriteAll(PlanMember<T>[] members, PlanFrame frame, T owner)
    {
        frame.Writer.WriteStartObject();
        foreach (var member in members)
        {
            if (!member.Field.IsWanted(frame.Values))
                continue;
            frame.Writer.WritePropertyName(member.Field.JsonKey);
            member.Write(frame, owner);
        }

        frame.Writer.WriteEndObject();
    }
}

/// <summary>The list <c>identities</c>.</summary>
internal sealed class IdentitiesStep(PlannedField field, PlanMember<IdentityPlace>[] members) : PlanStep(field)
{
    protected override bool TryWrite(PlanFrame frame)
    {
        frame.Writer.WriteStartArray(Key);
        foreach (var identity in frame.Profile.Identities)
            PlanMember<IdentityPlace>.WriteAll(members, frame, identity);
        frame.Writer.WriteEndArray();
        return true;
    }
}
