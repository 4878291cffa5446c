using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>A lock between processes: whoever has the file open has the lock; the kernel releases it when they end.</summary>
internal static class LockFile
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static FileStream Take(string path, TimeSpan patience) =>
        TakeAsync(path, patience, CancellationToken.None).GetAwaiter().GetResult();

    public static async Task<FileStream> TakeAsync(string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
