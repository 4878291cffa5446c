namespace Freshet.Benchmarks.References;

/// <summary>The programs that Freshet is compared with. Started by <see cref="ReferenceProcess"/> only.</summary>
internal static class ReferencePrograms
{
    public const string Verb = "reference";
    public const string Accept = "accept";
    public const string Query = "query";

    /// <param name="arguments">Name of the program, then its own arguments.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        switch (arguments)
        {
            case [Accept]:
                await BareServer.RunAsync(BareServer.AcceptAsync);
                return 0;
            case [Query, var answer, var contentType]:
                await BareServer.RunAsync(BareServer.Answer(await File.ReadAllBytesAsync(answer), contentType));
                return 0;
            default:
                await Console.Error.WriteLineAsync($"There is no reference program '{string.Join(' ', arguments)}'.");
                return 2;
        }
    }
}
