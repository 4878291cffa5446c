using System.Text.Json;
using Freshet.Gateway.Profiles;
using Freshet.Profiles.Dictionary;

namespace Freshet.Gateway.Plans;

/// <summary>The field <c>trait(name:)</c>: any trait with its provenance.</summary>
/// <param name="field">What is asked.</param>
/// <param name="dictionary">Of the schema.</param>
/// <param name="constant">The name, when the document says it.</param>
/// <param name="place">The variable that holds the name, when it does not.</param>
/// <param name="members">What is asked of the trait.</param>
internal sealed class TraitStep(PlannedField field, TraitDictionary dictionary, string? constant, int place, PlanMember<TraitNode>[] members) : PlanStep(field)
{
    private readonly byte[]? _encoded = constant is null ? null : Encode(constant);
    private readonly TraitDefinition? _definition = constant is null ? null : dictionary.Find(constant);

    protected override bool TryWrite(PlanFrame frame)
    {
        var name = constant ?? frame.Values.Texts[place]!;
        var definition = constant is null ? dictionary.Find(name) : _definition;
        var view = frame.Profile.TryFind(_encoded ?? Encode(name), ref frame.NextTrait, out var found) ? frame.Profile.View(found).InForceAt(definition, frame.Now) : null;
        frame.Writer.WritePropertyName(Key);
        if (definition is null && view is null)
            frame.Writer.WriteNullValue();
        else
            PlanMember<TraitNode>.WriteAll(members, frame, new TraitNode(name, definition, view, frame.Now));
        return true;
    }

    private static byte[] Encode(string name) => JsonEncodedText.Encode(name).EncodedUtf8Bytes.ToArray();
}
