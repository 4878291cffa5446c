using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Freshet.Simulators.Demo;

/// <summary>Settings of the demo stream, section <c>Demo</c>.</summary>
public sealed record DemoOptions
{
    /// <summary>Events a second. <value>3.</value></summary>
    public double EventsPerSecond { get; init; } = 3;

    /// <summary>How many customers there are. <value>200.</value></summary>
    public int Customers { get; init; } = 200;

    /// <summary>Which stream: the same seed gives the same one. <value>1.</value></summary>
    public int Seed { get; init; } = 1;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="ValidationException">A value makes no sense; the message names its key.</exception>
    public static DemoOptions Of(IConfiguration configuration)
    {
        var options = new DemoOptions
        {
            EventsPerSecond = Number(configuration, "Demo:EventsPerSecond", 3, 0.01, 1000),
            Customers = (int)Number(configuration, "Demo:Customers", 200, 1, 1_000_000),
            Seed = (int)Number(configuration, "Demo:Seed", 1, 0, int.MaxValue),
        };
        return options;
    }

    private static double Number(IConfiguration configuration, string key, double otherwise, double least, double most) => configuration[key] switch
    {
        null or "" => otherwise,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw new ValidationException(string.Create(CultureInfo.InvariantCulture, $"{key} must be a number between {least} and {most}, like {otherwise}.")),
    };
}
