using GraphQLParser;
using GraphQLParser.Exceptions;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>Counts lexer tokens without building anything, and stops at the limit.</summary>
public static class TokenCount
{
    /// <summary>True when the text holds more than <paramref name="limit"/> tokens before its end or its first broken token.</summary>
    public static bool Exceeds(string text, int limit)
    {
        var position = 0;
        try
        {
            for (var count = 0; count <= limit; count++)
            {
                var token = Lexer.Lex(text, position);
                if (token.Kind == TokenKind.EOF)
                    return false;
                position = token.End;
            }

            return true;
        }
        catch (GraphQLSyntaxErrorException)
        {
            // The parser reports the same place with a message for people.
            return false;
        }
    }
}
