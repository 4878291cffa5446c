namespace Freshet.Profiles.Mapping;

/// <summary>What a function does with the arguments of one place.</summary>
internal delegate MappedValue FunctionBody(CallNode call, Evaluation run, MappedValue item);

/// <summary>A call of a function.</summary>
internal sealed class CallNode(MappingFunction function, Node[] arguments, Place place) : Node
{
    public Place Place => place;

    public int Count => arguments.Length;

    public override MappedValue Evaluate(Evaluation run, MappedValue item)
    {
        run.Charge(0);
        return function.Body(this, run, item);
    }

    /// <summary>The value of an argument; missing if it was not given.</summary>
    public MappedValue Value(int index, Evaluation run, MappedValue item) => index < arguments.Length ? arguments[index].Evaluate(run, item) : MappedValue.Missing;

    /// <summary>The text of a text or number; null of nothing.</summary>
    /// <exception cref="MappingFailure">It is something else.</exception>
    public string? Text(int index, Evaluation run, MappedValue item)
    {
        var value = Value(index, run, item);
        return value.Kind switch
        {
            MappedKind.Text or MappedKind.Number => value.TextIn(run),
            MappedKind.True => "true",
            MappedKind.False => "false",
            MappedKind.Missing or MappedKind.Null => null,
            _ => throw Failure("mapping.value", "got a list or an object in place of a text; give the path of a value inside it"),
        };
    }

    /// <summary>Says that the event has something that the function cannot take.</summary>
    public MappingFailure Failure(string code, string reason) => new MappingFailure(code, $"'{function.Name}' {reason}", place);
}

/// <summary>A function of the language.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Least">How many arguments it needs.</param>
/// <param name="Most">How many it takes.</param>
/// <param name="Usage">For messages.</param>
/// <param name="Body">What it does.</param>
internal sealed record MappingFunction(string Name, int Least, int Most, string Usage, FunctionBody Body)
{
    /// <summary>Judges arguments that were written out, before any event comes: an error and the number of the argument.</summary>
    public Func<IReadOnlyList<Syntax>, (string Error, int Argument)?>? Check { get; init; }
}
