using System.Runtime.InteropServices;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Screening;
using Freshet.Profiles.Traits;

namespace Freshet.Gateway.Overrides;

/// <summary>What can be set by hand: what the dictionary takes from an event too, for a stated reason and a bounded time.</summary>
public sealed class OverrideRules(WorkspaceFeed workspaces, TimeProvider time)
{
    private const int LongestReason = 500;
    private const int LongestYears = 10;
    private const int LongestValue = 32 * 1024;

    /// <summary>Null: refused. A refusal never repeats the value.</summary>
    internal WantedOverride? Check(SetOverrideInput input, string caller, out Refusal? refusal)
    {
        var now = time.GetUtcNow();
        var trait = workspaces.Current.Traits.Find(input.Trait);
        var typed = default(JsonElement);
        refusal = trait is null ? Invalid("The dictionary has no such trait: take a name as traits.yaml writes it, like first_name.")
            : string.IsNullOrWhiteSpace(input.Reason) || input.Reason.Length > LongestReason ? Invalid($"Give a reason of 1 to {LongestReason} characters.")
            : input.ExpiresAt <= now || input.ExpiresAt > now.AddYears(LongestYears) ? Invalid($"expiresAt must be later than now and at most {LongestYears} years ahead.")
            : input.Value.GetRawText().Length > LongestValue ? Invalid($"The value is longer than {LongestValue} characters.")
            : JsonScreen.FindFault(JsonMarshal.GetRawUtf8Value(input.Value)) is { } unkeepable ? Invalid($"The value cannot be kept ({unkeepable.Code}). {unkeepable.Detail}")
            : !TraitValues.TryCoerce(trait.Type, input.Value, out typed) ? Invalid($"The value cannot be taken as {trait.Type}, which the dictionary says that '{trait.Name}' is.")
            : (workspaces.Current.Traits.ChecksOf(trait) ?? new TraitChecks(trait)).Take(ref typed, null) is { } fault ? Invalid($"The dictionary does not take the value for '{trait.Name}' ({fault}): see docs/guides/add-a-trait.md.")
            : null;
        return refusal is null ? new WantedOverride(trait!.Name, typed, input.Reason.Trim(), caller, input.ExpiresAt.ToUniversalTime()) : null;
    }

    private static InvalidOverride Invalid(string message) => new(message);
}
