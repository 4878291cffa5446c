using Freshet.Chaos;
using Freshet.Chaos.Hosting;

// Starts a whole Freshet, lets a plan's faults loose on it under load, and holds it to what it promised. docs/reliability.md says how to read the output.
if (ChaosArguments.Parse(args) is not { } arguments)
{
    await Console.Error.WriteLineAsync(ChaosArguments.Usage);
    return 2;
}

if (arguments.Plan.Disk is { } server && !SmallDisk.IsPossible)
{
    Console.WriteLine($"skipped: needs root, on Linux, to mount a small disk for {server}. Run plan {arguments.Plan.Name} with sudo; nothing was started.");
    return 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var result = await ChaosRun.AllAsync(arguments, Console.WriteLine, stop.Token);
Console.WriteLine(result);
return result.Holds ? 0 : 1;
