using Microsoft.AspNetCore.Builder;

namespace Freshet.Benchmarks.References;

/// <summary>The programs that Freshet is compared with. Started by <see cref="ReferenceProcess"/> only.</summary>
internal static class ReferencePrograms
{
    public const string Verb = "reference";
    public const string Accept = "accept";
    public const string Query = "query";
    public const string Chain = "chain";
    public const string Servers = "servers";

    /// <param name="arguments">Name of the program, then its own arguments.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case [Accept]:
                await BareServer.RunAsync(app => app.Run(BareServer.AcceptAsync));
                return 0;
            case [Query, var answer, var contentType]:
                var bytes = await File.ReadAllBytesAsync(answer);
                await BareServer.RunAsync(app => app.Run(BareServer.Answer(bytes, contentType)));
                return 0;
            case [Chain]:
                await using (var chain = await BareChain.StartAsync())
                {
                    await BareServer.RunAsync(chain.Map);
                }

                return 0;
            case [Servers, .. var own]:
                await BareServers.RunAsync([.. own]);
                return 0;
            default:
                await Console.Error.WriteLineAsync($"There is no reference program '{string.Join(' ', arguments)}'.");
                return 2;
        }
    }
}
