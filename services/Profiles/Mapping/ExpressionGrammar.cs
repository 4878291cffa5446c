using System.Globalization;
using Parlot.Fluent;

namespace Freshet.Profiles.Mapping;

/// <summary>The grammar of expressions. <see cref="ExpressionParser"/> bounds what it is given: it recurses once per bracket and per <c>not</c>.</summary>
internal static class ExpressionGrammar
{
    private static readonly string[] Reserved = ["and", "or", "not", "in", "true", "false", "null"];

    public static Parser<Syntax> Whole { get; } = Build();

    private static Parser<Syntax> Build()
    {
        var expression = Deferred<Syntax>();
        var comparison = Comparison(Steps(Primary(expression), expression));
        var negation = Deferred<Syntax>();
        negation.Parser = Word("not").SkipAnd(negation.ElseError("a condition is missing after 'not'")).Then((_, start, _, operand) => (Syntax)new Syntax.Not(start, operand))
            .Or(comparison);
        var conjunction = Chain(negation, "and", isAnd: true);
        expression.Parser = Chain(conjunction, "or", isAnd: false);
        return expression.ElseError("an expression is missing; write a path like customer.email, a text in quotes, a number or a function")
            .AndSkip(Always<bool>().Eof().ElseError("this does not belong to the expression; remove it, or put 'and', 'or' or a comma before it"));
    }

    private static Parser<Syntax> Primary(Parser<Syntax> expression)
    {
        var arguments = ZeroOrOne(Separated(Terms.Char(','), expression));
        var name = Terms.Identifier(IsNameStart, IsNamePart).When((_, word) => !Reserved.Contains(word.ToString()));
        var call = name.AndSkip(Literals.Char('('))
            .And(arguments)
            .AndSkip(Terms.Char(')').ElseError("')' or ',' is missing; inside { } YAML ends a value at a comma, so put the expression in quotes or on a line of its own"))
            .Then(read => (Syntax)new Syntax.Call(read.Item1.Offset, read.Item1.ToString(), read.Item2 ?? []));
        var list = Terms.Char('[').SkipAnd(arguments).AndSkip(Terms.Char(']').ElseError("']' or ',' is missing"))
            .Then((_, start, _, items) => (Syntax)new Syntax.List(start, items ?? []));
        var group = Terms.Char('(').SkipAnd(expression.ElseError("an expression is missing after '('")).AndSkip(Terms.Char(')').ElseError("')' is missing"));
        var path = name.Then(word => (Syntax)new Syntax.Name(word.Offset, word.ToString()));
        return OneOf(Literal(), call, list, group, path);
    }

    private static Parser<Syntax> Literal()
    {
        var text = Terms.String(StringLiteralQuotes.SingleOrDouble).Then((_, start, _, value) => (Syntax)new Syntax.Literal(start, MappedValue.OfText(value.ToString())));
        var number = Terms.Decimal(NumberOptions.AllowLeadingSign | NumberOptions.AllowDecimalSeparator)
            .Then((_, start, _, value) => (Syntax)new Syntax.Literal(start, MappedValue.OfNumber(value.ToString(CultureInfo.InvariantCulture))));
        return OneOf(
            text,
            number,
            Constant("true", MappedValue.True),
            Constant("false", MappedValue.False),
            Constant("null", MappedValue.Null));
    }

    private static Parser<Syntax> Constant(string word, MappedValue value) => Word(word).Then((_, start, _, _) => (Syntax)new Syntax.Literal(start, value));

    private static Parser<Syntax> Steps(Parser<Syntax> from, Parser<Syntax> expression)
    {
        var dotted = Literals.Char('.').SkipAnd(
            OneOf(Literals.Identifier(IsNameStart, IsNamePart), Literals.Pattern(char.IsAsciiDigit)).ElseError("a name or a number is missing after the dot"));
        var bracketed = Literals.Char('[').SkipAnd(
            OneOf(Terms.String(StringLiteralQuotes.SingleOrDouble), Terms.Pattern(char.IsAsciiDigit)).ElseError("write a name in quotes or a number in the brackets"))
            .AndSkip(Terms.Char(']').ElseError("']' is missing"));
        return from.And(ZeroOrMany(dotted.Or(bracketed)))
            .Then(read => read.Item2.Aggregate(read.Item1, (inner, step) => new Syntax.Step(inner.Offset, inner, step.ToString())));
    }

    private static Parser<Syntax> Comparison(Parser<Syntax> operand)
    {
        var unequal = Terms.Char('=').Error<string>("write == to compare");
        var sign = OneOf(Terms.Text("=="), Terms.Text("!="), Terms.Text("<="), Terms.Text(">="), Terms.Text("<"), Terms.Text(">"), Word("in"), unequal);
        var notIn = Word("not").And(Word("in")).Then(_ => "not in");
        return operand.And(ZeroOrOne(sign.Or(notIn).And(operand.ElseError("a value to compare with is missing"))))
            .Then(read => read.Item2.Item1 is { } how ? new Syntax.Comparison(read.Item1.Offset, how, read.Item1, read.Item2.Item2) : read.Item1);
    }

    private static Parser<Syntax> Chain(Parser<Syntax> operand, string word, bool isAnd) =>
        operand.And(ZeroOrMany(Word(word).SkipAnd(operand.ElseError($"a condition is missing after '{word}'"))))
            .Then(read => read.Item2.Count == 0 ? read.Item1 : new Syntax.Logic(read.Item1.Offset, isAnd, [read.Item1, .. read.Item2]));

    // A word that is the beginning of a longer name is that name.
    private static Parser<string> Word(string word) =>
        Terms.Identifier(IsNameStart, IsNamePart).When((_, found) => found.Span.SequenceEqual(word)).Then(_ => word);

    private static bool IsNameStart(char letter) => letter is '$' or '@' or '_' || char.IsLetter(letter);

    private static bool IsNamePart(char letter) => IsNameStart(letter) || letter is '-' || char.IsDigit(letter);
}
