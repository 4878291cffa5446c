using System.Numerics;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Mapping;

/// <summary>Functions on numbers. Exact: every digit that was sent is kept, and what cannot be exact fails.</summary>
internal static class NumberFunctions
{
    private static readonly BigInteger Unit = BigInteger.Pow(10, ExactNumber.Scale);

    /// <summary>A number that was sent as one or as text. The second argument is the decimal mark: then the other mark, spaces and
    /// apostrophes stand between groups of digits.</summary>
    public static MappedValue Number(CallNode call, Evaluation run, MappedValue item)
    {
        var value = call.Value(0, run, item);
        if (value.Kind == MappedKind.Text && call.Text(1, run, item) is { } mark)
        {
            value = MappedValue.OfText(WithoutGroups(value.TextIn(run), mark[0]));
        }

        return Read(call, run, value) is { } read ? MappedValue.OfNumber(read.Text) : MappedValue.Missing;
    }

    public static (string Error, int Argument)? CheckMark(IReadOnlyList<Syntax> arguments) =>
        arguments.Count < 2 || MappingFunctions.WrittenOut(arguments[1]) is "," or "." ? null : ("the decimal mark is ',' or '.'", 1);

    /// <summary>From the smallest unit of a currency, which payment systems send, to the unit that people count in: 1250 and USD give 12.50.</summary>
    public static MappedValue Money(CallNode call, Evaluation run, MappedValue item)
    {
        if (Read(call, run, call.Value(0, run, item)) is not { } amount)
        {
            return MappedValue.Missing;
        }

        var digits = Digits(call, run, item);
        var scaled = BigInteger.DivRem(amount.Value.Scaled, BigInteger.Pow(10, digits), out var rest);
        return rest.IsZero
            ? MappedValue.OfNumber(new ExactNumber(scaled).ToString())
            : throw call.Failure("mapping.number", "got an amount with more digits than can be kept exactly");
    }

    public static MappedValue Multiply(CallNode call, Evaluation run, MappedValue item)
    {
        if (Read(call, run, call.Value(0, run, item)) is not { } one || Read(call, run, call.Value(1, run, item)) is not { } other)
        {
            return MappedValue.Missing;
        }

        var product = BigInteger.DivRem(one.Value.Scaled * other.Value.Scaled, Unit, out var rest);
        return rest.IsZero
            ? MappedValue.OfNumber(new ExactNumber(product).ToString())
            : throw call.Failure("mapping.number", $"gives more than {ExactNumber.Scale} digits after the point");
    }

    /// <summary>Of the items, or of what an expression gives for each; those without a value are left out.</summary>
    public static MappedValue Sum(CallNode call, Evaluation run, MappedValue item)
    {
        var sum = ExactNumber.Zero;
        foreach (var one in call.Value(0, run, item).ItemsIn(run))
        {
            sum += Read(call, run, call.Count > 1 ? call.Value(1, run, one) : one)?.Value ?? ExactNumber.Zero;
        }

        return MappedValue.OfNumber(sum.ToString());
    }

    /// <summary>Null of nothing and of a blank text.</summary>
    private static (string Text, ExactNumber Value)? Read(CallNode call, Evaluation run, MappedValue value)
    {
        if (value.IsNothing)
        {
            return null;
        }

        if (value.Kind is not (MappedKind.Number or MappedKind.Text))
        {
            throw call.Failure("mapping.number", "got something that is no number and no text");
        }

        var text = value.Kind == MappedKind.Number ? value.TextIn(run) : Plain(value.TextIn(run));
        return text.Length == 0 ? null
            : ExactNumber.TryRead(text, out var number) ? (text, number)
            : throw call.Failure("mapping.number", "got a text that is no number; name the decimal mark, number(value, ','), or use try(number(value), null) to leave it out");
    }

    // As JSON writes it: no plus sign, no zeros in front, a digit before the point.
    private static string Plain(string text)
    {
        var trimmed = text.Trim().TrimStart('+');
        var sign = trimmed.StartsWith('-') ? "-" : "";
        var digits = trimmed[sign.Length..];
        if (digits.Length == 0 || !(char.IsAsciiDigit(digits[0]) || digits[0] == '.'))
        {
            return trimmed;
        }

        var plain = digits.TrimStart('0');
        return sign + (plain.Length == 0 || !char.IsAsciiDigit(plain[0]) ? "0" + plain : plain);
    }

    private static string WithoutGroups(string text, char mark)
    {
        var groups = mark == ',' ? '.' : ',';
        var kept = text.Where(letter => letter != groups && letter is not ('\'' or '\u2019') && !char.IsWhiteSpace(letter));
        return string.Concat(kept.Select(letter => letter == mark ? '.' : letter));
    }

    private static int Digits(CallNode call, Evaluation run, MappedValue item)
    {
        var given = call.Text(2, run, item);
        if (given is not null)
        {
            return given.Length == 1 && given[0] is >= '0' and <= '4' ? given[0] - '0'
                : throw call.Failure("mapping.number", "got a number of digits that is not 0 to 4");
        }

        return call.Text(1, run, item)?.Trim() is { Length: 3 } currency ? Currencies.Digits(currency)
            : throw call.Failure("mapping.currency", "got no currency; give its code of three letters, like money(amount, 'EUR')");
    }
}
