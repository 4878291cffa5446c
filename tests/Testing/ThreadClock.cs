using System.Runtime.InteropServices;

namespace Freshet.Testing;

/// <summary>Processor time of the calling thread (Linux): what a bound on a computation is checked against, because a busy machine does not lengthen it.</summary>
public static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3; // CLOCK_THREAD_CPUTIME_ID, clock_gettime(2)

    public static TimeSpan Now
    {
        get
        {
            if (clock_gettime(ThreadProcessorTime, out var time) != 0)
            {
                throw new InvalidOperationException($"clock_gettime failed with error {Marshal.GetLastPInvokeError()}.");
            }

            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
