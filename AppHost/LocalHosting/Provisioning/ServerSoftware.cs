namespace Aspire.Hosting.Provisioning;

/// <summary>One kind of server: what it is called, what must be found on the machine, what the distribution calls it.</summary>
internal sealed record ServerSoftware(string Name, string Package, string ConnectionStringExample)
{
    public static readonly ServerSoftware PostgreSql =
        new("PostgreSQL", "postgresql", "Host=db.example.org;Port=5432;Username=me;Password=secret");

    public static readonly ServerSoftware Redis = new("Redis", "redis-server", "cache.example.org:6379,password=secret");

    public static readonly ServerSoftware RabbitMq = new("RabbitMQ", "rabbitmq-server", "amqp://me:secret@mq.example.org:5672");
}

/// <summary>Where a server's programs are, and what they need in their environment.</summary>
/// <param name="BinDirectories">Directories of its programs, most specific first.</param>
/// <param name="Environment">LD_LIBRARY_PATH and the like; empty for an installed server.</param>
/// <param name="Origin">For the log: "installed, 15.18" or "from postgresql-15 15.20".</param>
internal sealed record ServerInstallation(
    IReadOnlyList<string> BinDirectories, IReadOnlyDictionary<string, string> Environment, string Origin)
{
    public string Program(string name) => Find(name)
        ?? throw new DistributedApplicationException($"'{name}' was not found in {string.Join(", ", BinDirectories)}.");

    public string? Find(string name) =>
        BinDirectories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    /// <summary>The environment for one of its programs: nothing of the developer's shell but PATH's usual places.</summary>
    public Dictionary<string, string> EnvironmentFor(string home)
    {
        var result = new Dictionary<string, string>(Environment)
        {
            ["PATH"] = string.Join(':', [.. BinDirectories, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]),
            ["HOME"] = home,
            ["LC_ALL"] = "C.UTF-8",
        };
        return result;
    }
}
