namespace Aspire.Hosting.ApplicationModel;

/// <summary>The rule for names of resources and endpoints: they end up in variables, host names and file names.</summary>
internal static class ModelName
{
    public const int MaxLength = 64;

    public static void Validate(string kind, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (Fault(name) is { } fault)
        {
            throw new ArgumentException($"{kind} name '{name}' is invalid. {fault}", nameof(name));
        }
    }

    private static string? Fault(string name)
    {
        if (name.Length > MaxLength)
        {
            return $"Name must be between 1 and {MaxLength} characters long.";
        }

        if (!char.IsAsciiLetter(name[0]))
        {
            return "Name must start with an ASCII letter.";
        }

        if (name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
        {
            return "Name must contain only ASCII letters, digits, and hyphens.";
        }

        return name[^1] == '-' ? "Name cannot end with a hyphen."
            : name.Contains("--", StringComparison.Ordinal) ? "Name cannot contain consecutive hyphens."
            : null;
    }
}
