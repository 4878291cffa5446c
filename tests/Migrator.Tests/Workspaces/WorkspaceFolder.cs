using Freshet.Migrator.Workspaces;

namespace Freshet.Migrator.Tests.Workspaces;

/// <summary>A folder of workspace files for one test: a small valid one, of which a test replaces what it is about.</summary>
internal sealed class WorkspaceFolder : IDisposable
{
    public const string Traits = """
        traits:
          - name: first_name
            type: string
            personal: true
          - name: plan
            type: string
            policy: source-priority
            sourcePriority: [demo]
          - name: orders
            type: integer
            computed: { aggregate: count, event: order.completed }
        """;

    public const string Source = """
        kind: standard-webhooks
        secrets: ["${demo-secret}"]
        traits: { plan: data.plan }
        """;

    private readonly string path = Directory.CreateTempSubdirectory("freshet-workspace-").FullName;

    public WorkspaceFolder()
    {
        Write("traits.yaml", Traits);
        Write("sources/demo.yaml", Source);
    }

    /// <summary>Values of parameters, by name.</summary>
    public Dictionary<string, string> Parameters { get; } = new()
    {
        ["demo-secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ["write-key"] = "write-key-of-a-test",
    };

    public string Path => path;

    public void Write(string file, string text)
    {
        var full = System.IO.Path.Combine(path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public WorkspaceReading Read() => WorkspaceReader.Read(path, Parameters.GetValueOrDefault);

    public WorkspaceDefinition Definition()
    {
        var reading = Read();
        reading.Errors.ShouldBeEmpty();
        return reading.Definition!;
    }

    /// <summary>The errors, with paths as from inside the folder.</summary>
    public IReadOnlyList<string> Errors() => [.. Read().Errors.Select(error => error.ToString().Replace(path, "").TrimStart('/'))];

    public void Dispose() => Directory.Delete(path, recursive: true);
}
