using System.Diagnostics;
using System.Globalization;

namespace Freshet.Migrator.Running;

/// <summary>Tells a person what was done and how long it took: one line per step, one span per step.</summary>
public sealed class Report(TextWriter output, TimeProvider time)
{
    /// <summary>Its spans are named by the step.</summary>
    public const string ActivitySourceName = "Freshet.Migrator";

    private static readonly ActivitySource Spans = new(ActivitySourceName);

    /// <summary>Does a step and prints what it says of itself.</summary>
    public async Task StepAsync(string name, Func<Task<string>> step)
    {
        using var span = Spans.StartActivity($"migrate {name}");
        var started = time.GetTimestamp();
        try
        {
            var done = await step();
            var elapsed = time.GetElapsedTime(started).TotalMilliseconds;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{name,-11}{done} ({elapsed:0} ms)"));
        }
        catch
        {
            span?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    public Task LineAsync(string line) => output.WriteLineAsync(line);
}
