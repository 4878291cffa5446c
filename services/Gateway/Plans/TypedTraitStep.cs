using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Freshet.Gateway.Profiles;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Plans;

/// <summary>A field of <c>traits</c>. The usual case, a value that may be served, is copied; every other is decided as the resolver decides it.</summary>
internal sealed class TypedTraitStep : PlanStep
{
    private readonly TraitDefinition _trait;
    private readonly ReadContract _contract;
    private readonly TimeSpan? _maxAge;
    private readonly byte[] _name;
    private readonly byte[] _absent;

    public TypedTraitStep(PlannedField field, TraitDefinition trait, ReadContract contract)
        : base(field)
    {
        _trait = trait;
        _contract = contract;
        _maxAge = contract.MaxAge ?? trait.MaxAge;
        _name = JsonEncodedText.Encode(trait.Name).EncodedUtf8Bytes.ToArray();
        _absent = Absent(trait, contract);
    }

    protected override bool TryWrite(PlanFrame frame)
    {
        frame.Writer.WritePropertyName(Key);
        if (!frame.Profile.TryFind(_name, ref frame.NextTrait, out var place))
        {
            frame.Writer.WriteRawValue(_absent, skipInputValidation: true);
            return true;
        }

        return (IsServed(frame, place) && TryCopy(frame, frame.Profile.Text(place.Value), place.Kind)) || TryDecide(frame, place);
    }

    // Nothing about a trait that was never observed depends on time.
    private static byte[] Absent(TraitDefinition trait, ReadContract contract)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            PlanText.WriteValue(writer, TraitValues.FromJson(trait, ReadTrait.Decide(trait, view: null, contract, default).Value));
        return buffer.WrittenSpan.ToArray();
    }

    private bool IsServed(PlanFrame frame, TraitPlace place)
    {
        if (place.HasDays || place.HasEnd || place.Value.Length == 0 || place.Kind == JsonTokenType.Null)
            return false;
        if (_contract.OnStale == OnStale.Serve || _maxAge is null)
            return true;

        return PlanText.TryRead(frame.Profile.Text(place.ObservedAt), out var observedAt)
            && TraitFreshness.Of(observedAt, _maxAge, frame.Now) == FreshnessState.Fresh;
    }

    // False: it may not fit the type; the dictionary may have changed since it was stored.
    private bool TryCopy(PlanFrame frame, ReadOnlySpan<byte> value, JsonTokenType kind)
    {
        switch (_trait.Type)
        {
            case TraitType.String or TraitType.Duration when kind == JsonTokenType.String:
                PlanText.WriteString(frame.Writer, value);
                return true;
            case TraitType.Boolean when kind is JsonTokenType.True or JsonTokenType.False:
                frame.Writer.WriteBooleanValue(kind == JsonTokenType.True);
                return true;
            case TraitType.Integer when kind == JsonTokenType.Number:
                return TryCopyInteger(frame.Writer, value);
            case TraitType.Decimal when kind == JsonTokenType.Number:
                return TryCopyDecimal(frame.Writer, value);
            case TraitType.DateTime when kind == JsonTokenType.String:
                return PlanText.TryWriteInstant(frame.Writer, value);
            case TraitType.Object when !value.Contains((byte)'\\'):
                frame.Writer.WriteRawValue(value, skipInputValidation: true);
                return true;
            case TraitType.List when kind == JsonTokenType.StartArray:
                return TryCopyList(frame.Writer, value);
            default:
                return false;
        }
    }

    private static bool TryCopyInteger(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        if (!reader.Read() || !reader.TryGetInt64(out var number))
            return false;

        writer.WriteNumberValue(number);
        return true;
    }

    private static bool TryCopyDecimal(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        if (!reader.Read() || !reader.TryGetDecimal(out var number))
            return false;

        writer.WriteNumberValue(number);
        return true;
    }

    private static bool TryCopyList(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        if (value.Contains((byte)'\\'))
            return false;

        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
                return false;
        }

        writer.WriteRawValue(value, skipInputValidation: true);
        return true;
    }

    private bool TryDecide(PlanFrame frame, TraitPlace place)
    {
        var reading = ReadTrait.Decide(_trait, frame.Profile.View(place), _contract, frame.Now);
        if (reading.IsRefused || reading.NeedsRefresh)
            return false;

        PlanText.WriteValue(frame.Writer, TraitValues.FromJson(_trait, reading.Value));
        return true;
    }
}
