namespace Aspire.Hosting.Running;

/// <summary>
/// The directory of this application's servers: one folder per server, <c>logs/</c>, and a lock, because two AppHosts on
/// the same data would fight.
/// </summary>
internal sealed class DataDirectory(HostingOptions options) : IDisposable
{
    private const UnixFileMode Reachable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private FileStream? _lock;

    public string Root => options.DataPath;

    /// <summary>The user that servers run as; null: the same as ours.</summary>
    public UnixUser? ServerUser { get; } = UnixUser.ForServers();

    public void Open()
    {
        if (_lock is not null)
        {
            return;
        }

        Directory.CreateDirectory(Root, Reachable);
        if (ServerUser is not null)
        {
            Reach.Demand(Root, ServerUser);
        }

        if (options.Temporary)
        {
            Reaper.Shared.Delete(Root);
        }

        try
        {
            _lock = new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new DistributedApplicationException(
                $"Another AppHost is running on the data in {Root}. Stop it, or give this one another directory: Hosting__Data=<dir>.", fault);
        }

        if (options.Reset)
        {
            foreach (var old in Directory.GetDirectories(Root))
            {
                Directory.Delete(old, recursive: true);
            }
        }
    }

    /// <summary>A private directory of one server, owned by the user that it runs as.</summary>
    public string Of(string resource, string? part = null)
    {
        var path = Path.Combine(Root, resource);
        CreateOwned(path);
        if (part is null)
        {
            return path;
        }

        var inner = Path.Combine(path, part);
        CreateOwned(inner);
        return inner;
    }

    public string LogFile(string resource)
    {
        var logs = Path.Combine(Root, "logs");
        Directory.CreateDirectory(logs);
        return Path.Combine(logs, resource + ".log");
    }

    /// <summary>Writes a file that only the server's user can read: it may hold a password.</summary>
    public void WritePrivate(string path, string content)
    {
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
        }))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(content));
        }

        if (ServerUser is not null)
        {
            Unix.ChangeOwner(path, ServerUser);
        }
    }

    public void Dispose()
    {
        _lock?.Dispose();
        if (options.Temporary && _lock is not null && Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }

        _lock = null;
    }

    private void CreateOwned(string path)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, Private);
        }

        if (ServerUser is not null)
        {
            Unix.ChangeOwner(path, ServerUser);
        }
    }
}

/// <summary>Can another user walk to this directory?</summary>
internal static class Reach
{
    public static void Demand(string path, UnixUser user)
    {
        if (FirstClosed(path) is { } closed)
        {
            throw new DistributedApplicationException(
                $"AppHost runs as root, so its servers run as user '{user.Name}', which cannot enter {closed}. "
                + "Give a directory that everybody can reach: Hosting__Data=<dir> (or run AppHost as an ordinary user).");
        }
    }

    internal static string? FirstClosed(string path)
    {
        for (var directory = new DirectoryInfo(path); directory is not null; directory = directory.Parent)
        {
            if (directory.Exists && (directory.UnixFileMode & UnixFileMode.OtherExecute) == UnixFileMode.None)
            {
                return directory.FullName;
            }
        }

        return null;
    }
}
