namespace Freshet.Profiles.Mapping;

/// <summary>An expression as it was written. <c>Offset</c> counts letters from the beginning of its text.</summary>
internal abstract record Syntax(int Offset)
{
    public sealed record Literal(int Offset, MappedValue Value) : Syntax(Offset);

    /// <summary>A name on its own: a member of the item at hand, a name of <c>let</c>, <c>this</c> or <c>$</c>.</summary>
    public sealed record Name(int Offset, string Text) : Syntax(Offset);

    /// <summary>A step from a value: <c>.name</c>, <c>.0</c>, <c>[0]</c>, <c>['any name']</c>.</summary>
    public sealed record Step(int Offset, Syntax From, string Text) : Syntax(Offset);

    public sealed record Call(int Offset, string Function, IReadOnlyList<Syntax> Arguments) : Syntax(Offset);

    public sealed record List(int Offset, IReadOnlyList<Syntax> Items) : Syntax(Offset);

    public sealed record Not(int Offset, Syntax Operand) : Syntax(Offset);

    /// <summary><c>and</c> or <c>or</c>.</summary>
    public sealed record Logic(int Offset, bool IsAnd, IReadOnlyList<Syntax> Operands) : Syntax(Offset);

    public sealed record Comparison(int Offset, string Operator, Syntax Left, Syntax Right) : Syntax(Offset);
}
