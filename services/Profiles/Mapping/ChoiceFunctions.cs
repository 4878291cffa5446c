namespace Freshet.Profiles.Mapping;

/// <summary>Functions that choose among values. Only what is chosen is evaluated.</summary>
internal static class ChoiceFunctions
{
    /// <summary>The first that has a value; a blank text has none. Missing if no one has.</summary>
    public static MappedValue Default(CallNode call, Evaluation run, MappedValue item)
    {
        for (var i = 0; i < call.Count; i++)
        {
            var value = call.Value(i, run, item);
            if (!value.IsNothing && (value.Kind != MappedKind.Text || !string.IsNullOrWhiteSpace(value.TextIn(run))))
            {
                return value;
            }
        }

        return MappedValue.Missing;
    }

    public static MappedValue If(CallNode call, Evaluation run, MappedValue item) => call.Value(call.Value(0, run, item).IsYes ? 1 : 2, run, item);

    /// <summary>The second where the first cannot be read. That an event takes too many steps is no such case.</summary>
    public static MappedValue Try(CallNode call, Evaluation run, MappedValue item)
    {
        try
        {
            return call.Value(0, run, item);
        }
        catch (MappingFailure failure) when (failure.Code != Evaluation.TooMuch)
        {
            return call.Value(1, run, item);
        }
    }
}
