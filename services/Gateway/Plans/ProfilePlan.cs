using System.Buffers;
using System.Text.Json;
using Freshet.Gateway.Execution.Compiled;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Transport;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Plans;

/// <summary>What plans read with.</summary>
internal sealed record PlanStores(ProfileReader Reader, ProfileKeys Keys, TimeProvider Clock, TimeSpan Timeout);

/// <summary>An operation whose only root field is <c>profile</c>: one read, then one pass over the profile's fields into the answer.</summary>
internal sealed class ProfilePlan(PlanStores stores, PlanVariables variables, PlanKeys key, JsonEncodedText name, PlanStep[] steps) : CompiledOperation
{
    private static readonly JsonEncodedText Data = JsonEncodedText.Encode("data");

    public override BoundOperation? Bind(ReadOnlySpan<byte> variablesJson)
    {
        if (variables.Read(variablesJson) is not { } values)
            return null;

        // An id that is none is refused, with words, by the engine.
        var input = key.In(values);
        return input.Id is { } id && !Guid.TryParse(id, out _) ? null : new Bound(this, values, stores.Keys.Of(input));
    }

    private async ValueTask<bool> TryWriteAsync(PlanValues values, ProfileKey? wanted, IBufferWriter<byte> output, CancellationToken ct)
    {
        var profile = wanted is null ? null : await stores.Reader.GetFieldsAsync(wanted, stores.Timeout, ct);
        using var writer = ResponseSerializer.CreateWriter(output);
        writer.WriteStartObject();
        writer.WriteStartObject(Data);
        writer.WritePropertyName(name);
        if (profile is null)
            writer.WriteNullValue();
        else if (!PlanStep.TryWriteAll(steps, new PlanFrame(writer, profile, values, stores.Clock.GetUtcNow())))
            return false;
        writer.WriteEndObject();
        writer.WriteEndObject();
        return true;
    }

    private sealed class Bound(ProfilePlan plan, PlanValues values, ProfileKey? key) : BoundOperation
    {
        public override ValueTask<bool> TryWriteAsync(IBufferWriter<byte> output, CancellationToken ct) => plan.TryWriteAsync(values, key, output, ct);
    }
}
