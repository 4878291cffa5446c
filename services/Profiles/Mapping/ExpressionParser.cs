using Parlot;
using Parlot.Fluent;

namespace Freshet.Profiles.Mapping;

/// <summary>From text to <see cref="Syntax"/>, or to the reason why it is none.</summary>
internal static class ExpressionParser
{
    public const int MaxLength = 4000;

    /// <summary>Brackets inside brackets. Reading and evaluating recurse as deep.</summary>
    public const int MaxDepth = 32;

    /// <param name="text">The expression.</param>
    /// <param name="error">What is wrong and what to do, if it is no expression.</param>
    /// <param name="offset">Where.</param>
    public static Syntax? Parse(string text, out string error, out int offset)
    {
        (error, offset) = ("", 0);
        if (text.Length > MaxLength)
        {
            error = $"an expression has at most {MaxLength} letters; cut it into parts with 'let'";
            return null;
        }

        if (TooDeep(text) is { } place)
        {
            (error, offset) = ($"brackets and 'not' are nested more than {MaxDepth} deep; cut the expression into parts with 'let'", place);
            return null;
        }

        if (ExpressionGrammar.Whole.TryParse(new ParseContext(new Scanner(text)), out var syntax, out var fault))
        {
            return syntax;
        }

        error = fault?.Message ?? "this is no expression";
        offset = Math.Clamp(fault?.Position.Offset ?? 0, 0, text.Length);
        while (offset < text.Length && char.IsWhiteSpace(text[offset]))
        {
            offset++;
        }

        return null;
    }

    /// <summary>The first bracket or <c>not</c> that is too deep. Quoted text has no brackets; an unclosed quote is found by the grammar.</summary>
    private static int? TooDeep(string text)
    {
        var (depth, nots) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\'' or '"':
                    i = EndOfText(text, i);
                    break;
                case '(' or '[':
                    depth++;
                    break;
                case ')' or ']':
                    depth--;
                    break;
                case 'n' when string.CompareOrdinal(text, i, "not", 0, 3) == 0:
                    nots++;
                    break;
            }

            if (Math.Max(depth, nots) > MaxDepth)
            {
                return i;
            }
        }

        return null;
    }

    private static int EndOfText(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == text[start])
            {
                return i;
            }
        }

        // Not closed: it may be a letter of its own, so what follows is looked at as well.
        return start;
    }
}
