namespace Aspire.Hosting.Running;

/// <summary>Switches without a value: <c>--reset</c> means <c>--reset true</c>.</summary>
internal static class CommandLine
{
    private static readonly HashSet<string> Flags = new(StringComparer.OrdinalIgnoreCase) { "--reset" };

    public static string[] Expand(IReadOnlyList<string> args) =>
        [.. args.Select(arg => Flags.Contains(arg) ? arg + "=true" : arg)];
}
