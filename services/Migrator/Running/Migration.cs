using Freshet.Contracts;
using Freshet.Migrator.Schema;
using Freshet.Migrator.Topology;
using Freshet.Migrator.Workspaces;
using Npgsql;

namespace Freshet.Migrator.Running;

/// <summary>The usual run: everything that the other hosts rely on.</summary>
public sealed class Migration(NpgsqlDataSource database, Servers servers, DataKeys keys, Report report)
{
    /// <param name="workspace">Already judged: no server is touched for a workspace with errors.</param>
    /// <param name="cancellation">Ends it between two steps, or a step without effect.</param>
    public async Task RunAsync(WorkspaceDefinition workspace, CancellationToken cancellation)
    {
        await servers.PostgreSqlAsync(cancellation);
        await report.StepAsync("schema", async () => Describe(await new SchemaRunner(database, SchemaFiles.Embedded).RunAsync(cancellation)));
        await report.StepAsync("partitions", async () => await Partitions.EnsureAsync(database, cancellation) is > 0 and var made ? $"{made} made" : "all there");
        await report.StepAsync("keys", () => keys.FollowSecretAsync(cancellation));
        await report.StepAsync("workspace", async () => Describe(workspace, await new WorkspaceStore(database).ApplyAsync(workspace, cancellation)));
        await using var broker = await servers.RabbitMqAsync(cancellation);
        await report.StepAsync("broker", async () => $"{await BrokerTopology.DeclareAsync(broker, Queues.All, cancellation)} queues declared");
    }

    private static string Describe(SchemaResult result) => result.Applied.Count == 0
        ? $"up to date, version {result.Version}"
        : $"{string.Join(", ", result.Applied)} applied, now version {result.Version}";

    private static string Describe(WorkspaceDefinition workspace, WorkspaceApplied applied) =>
        $"{workspace.Traits.Count} traits, {workspace.Sources.Count} sources, {(applied.Changed ? "applied as" : "unchanged,")} version {applied.Version}";
}
