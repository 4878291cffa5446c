using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Freshet.Chaos.Hosting;

/// <summary>A disk in memory (tmpfs) that can be filled. Mounting wants root on Linux.</summary>
internal sealed partial class SmallDisk : IDisposable
{
    private const string Size = "size=512m,mode=0777";
    private const int Lazily = 2;
    private readonly string path;

    private SmallDisk(string path) => this.path = path;

    /// <summary>Whether this process may mount.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    private string Filling => Path.Combine(path, "filling");

    /// <exception cref="Win32Exception">It is not allowed here; the message says what it takes.</exception>
    public static SmallDisk Mount(string path)
    {
        Directory.CreateDirectory(path);
        return Mount("tmpfs", path, "tmpfs", 0, Size) == 0
            ? new SmallDisk(path)
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"A small disk cannot be mounted at {path}. Run this plan as root, on Linux.");
    }

    /// <summary>Leaves so many bytes free.</summary>
    public void Fill(long spared)
    {
        using var file = new FileStream(Filling, FileMode.Create);
        var block = new byte[64 * 1024];
        var drive = new DriveInfo(path);
        try
        {
            while (drive.AvailableFreeSpace > spared)
            {
                file.Write(block);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // That is the point.
        }
    }

    public void Free() => File.Delete(Filling);

    public void Dispose() => _ = Unmount(path, Lazily);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string kind, nuint flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
