using System.Globalization;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>The few system calls that .NET does not offer: signals to a process group, ownership, the user's id.</summary>
internal static partial class Unix
{
    public const int SigInt = 2;
    public const int SigQuit = 3;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    public static bool IsRoot => !OperatingSystem.IsWindows() && EffectiveUserId() == 0;

    public static uint UserId => EffectiveUserId();

    /// <summary>Sends a signal to every process of the group.</summary>
    /// <returns>False when no such process exists any more.</returns>
    public static bool SignalGroup(int group, int signal) => Kill(-group, signal) == 0;

    public static bool SignalProcess(int pid, int signal) => Kill(pid, signal) == 0;

    public static bool GroupExists(int group) => Kill(-group, 0) == 0;

    public static void ChangeOwner(string path, UnixUser user)
    {
        if (Chown(path, user.UserId, user.GroupId) != 0)
        {
            throw new IOException(
                $"Cannot give '{path}' to user {user.Name}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint owner, uint group);
}

/// <summary>The user that servers run as when AppHost itself is root: PostgreSQL refuses root, RabbitMQ should not be.</summary>
internal sealed record UnixUser(string Name, uint UserId, uint GroupId)
{
    /// <summary>Null when AppHost is not root: servers then run as the same user.</summary>
    public static UnixUser? ForServers() => Unix.IsRoot ? Find("nobody") ?? new UnixUser("65534", 65534, 65534) : null;

    public IEnumerable<string> Prefix() =>
    [
        "setpriv", $"--reuid={UserId.ToString(CultureInfo.InvariantCulture)}",
        $"--regid={GroupId.ToString(CultureInfo.InvariantCulture)}", "--clear-groups", "--no-new-privs", "--",
    ];

    private static UnixUser? Find(string name)
    {
        var line = File.ReadLines("/etc/passwd").FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        var fields = line?.Split(':');
        return fields is { Length: > 3 } && uint.TryParse(fields[2], out var user) && uint.TryParse(fields[3], out var group)
            ? new UnixUser(name, user, group)
            : null;
    }
}
