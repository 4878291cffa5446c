using System.Globalization;
using Freshet.Chaos.Plans;

namespace Freshet.Chaos;

/// <summary>The command line: <c>&lt;plan&gt; [--seed n] [--seconds n] [--rate n]</c>.</summary>
internal sealed record ChaosArguments(Plan Plan, int Seed, TimeSpan Length)
{
    public static string Usage =>
        $"""
        usage: dotnet run -c Release --project tests/Chaos -- <plan> [--seed n] [--seconds n] [--rate events per second]

        {string.Join('\n', Catalog.All.Select(plan => $"  {plan.Name,-6} {plan.Summary}"))}
        """;

    /// <summary>Null: not understood.</summary>
    public static ChaosArguments? Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || args.Count % 2 == 0 || Catalog.Find(args[0]) is not { } plan)
        {
            return null;
        }

        var parsed = new ChaosArguments(plan, Random.Shared.Next(1, 1_000_000), plan.Length);
        for (var i = 1; i < args.Count && parsed is not null; i += 2)
        {
            parsed = int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var number) && number > 0 ? parsed.With(args[i], number) : null;
        }

        return parsed;
    }

    private ChaosArguments? With(string name, int number) => name switch
    {
        "--seed" => this with { Seed = number },
        "--seconds" => this with { Length = TimeSpan.FromSeconds(number) },
        "--rate" => this with { Plan = Plan with { Rate = number } },
        _ => null,
    };
}
