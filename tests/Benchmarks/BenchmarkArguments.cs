using System.Globalization;

namespace Freshet.Benchmarks;

/// <summary>What the command line asks for. What is not given is the benchmark's own choice.</summary>
/// <param name="Name">Which benchmark.</param>
internal sealed record BenchmarkArguments(string Name)
{
    /// <summary>Rounds that count, of ours and of the reference in turn.</summary>
    public int? Rounds { get; init; }

    /// <summary>Length of one round.</summary>
    public int? Seconds { get; init; }

    public int? Connections { get; init; }

    /// <summary>Profiles loaded before the measurement.</summary>
    public int? Profiles { get; init; }

    /// <summary>Events per second, for benchmarks at a steady rate.</summary>
    public int? Rate { get; init; }

    /// <summary>Stops Processing while a round of <c>accept</c> runs, to see Ingress by itself.</summary>
    public bool Alone { get; init; }

    /// <summary>Loads profiles anew, though an earlier run has kept some: after a change of how they are stored.</summary>
    public bool Anew { get; init; }

    /// <summary>Which micro-benchmarks.</summary>
    public string? Filter { get; init; }

    /// <summary>Null when the line is not understood; <paramref name="fault"/> then says why.</summary>
    public static BenchmarkArguments? Parse(IReadOnlyList<string> line, out string fault)
    {
        fault = line.Count == 0 ? "Name a benchmark." : "";
        var arguments = line.Count == 0 ? null : new BenchmarkArguments(line[0]);
        for (var index = 1; index < line.Count && arguments is not null; index++)
        {
            var value = index + 1 < line.Count ? line[index + 1] : null;
            arguments = line[index] switch
            {
                "--alone" => arguments with { Alone = true },
                "--anew" => arguments with { Anew = true },
                ['-', '-', ..] option => arguments.With(option, Number(value)),
                var filter when arguments.Name == "micro" => arguments with { Filter = filter },
                _ => null,
            };
            if (arguments is null)
            {
                fault = $"'{line[index]}' is not understood{(line[index].StartsWith("--", StringComparison.Ordinal) ? " (options take a whole number above 0)" : "")}.";
            }

            index += line[index].StartsWith("--", StringComparison.Ordinal) && line[index] is not ("--alone" or "--anew") ? 1 : 0;
        }

        return arguments;
    }

    private BenchmarkArguments? With(string option, int? number) => (option, number) switch
    {
        (_, null) => null,
        ("--rounds", _) => this with { Rounds = number },
        ("--seconds", _) => this with { Seconds = number },
        ("--connections", _) => this with { Connections = number },
        ("--profiles", _) => this with { Profiles = number },
        ("--rate", _) => this with { Rate = number },
        _ => null,
    };

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
