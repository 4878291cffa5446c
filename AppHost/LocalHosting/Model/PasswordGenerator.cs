using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Random text from alphabets without look-alikes (no i, l, o).</summary>
internal static class PasswordGenerator
{
    private const string LowerCase = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Specials = "-_.{}~()*+!";

    public static string Generate(GenerateParameterDefault rule)
    {
        var all = (rule.Lower ? LowerCase : "") + (rule.Upper ? UpperCase : "") + (rule.Numeric ? Digits : "")
            + (rule.Special ? Specials : "");
        if (all.Length == 0)
        {
            throw new ArgumentException("At least one of lower, upper, numeric and special must be allowed.", nameof(rule));
        }

        char[] required =
        [
            .. RandomNumberGenerator.GetItems<char>(LowerCase, rule.Lower ? rule.MinLower : 0),
            .. RandomNumberGenerator.GetItems<char>(UpperCase, rule.Upper ? rule.MinUpper : 0),
            .. RandomNumberGenerator.GetItems<char>(Digits, rule.Numeric ? rule.MinNumeric : 0),
            .. RandomNumberGenerator.GetItems<char>(Specials, rule.Special ? rule.MinSpecial : 0),
        ];
        char[] result = [.. required, .. RandomNumberGenerator.GetItems<char>(all, Math.Max(0, rule.MinLength - required.Length))];
        RandomNumberGenerator.Shuffle<char>(result);
        return new string(result);
    }
}
