using System.Diagnostics;

namespace Freshet.Benchmarks.References;

/// <summary>A reference program in a process of its own, as our hosts are: this executable, started again.</summary>
internal sealed class ReferenceProcess : IAsyncDisposable
{
    private readonly Process process;

    private ReferenceProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Starts one of <see cref="ReferencePrograms"/> with arguments of its own and waits until it listens.</summary>
    public static Task<ReferenceProcess> StartAsync(string name, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        StartAsync(name, arguments, new Dictionary<string, string>(), cancellationToken);

    /// <summary>The same with settings in the environment, where other users of the machine do not see them.</summary>
    public static async Task<ReferenceProcess> StartAsync(
        string name, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own program.");
        var start = new ProcessStartInfo(self) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(ReferenceProcess).Assembly.Location] : [];
        foreach (var argument in (string[])[.. host, ReferencePrograms.Verb, name, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        var started = Process.Start(start)!;
        var address = await started.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException($"The reference program '{name}' ended before it listened; what it wrote stands above.");
        return new ReferenceProcess(started, new Uri(address));
    }

    /// <summary>It ends when its input does: also when this process is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
