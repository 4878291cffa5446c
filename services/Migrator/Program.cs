using Freshet.Migrator.Schema;
using Npgsql;

var builder = Host.CreateApplicationBuilder(args);
var connectionString = builder.Configuration.GetConnectionString("freshet")
    ?? throw new InvalidOperationException("ConnectionStrings:freshet is missing. Set ConnectionStrings__freshet.");
await using var database = NpgsqlDataSource.Create(connectionString);
await new SchemaRunner(database, SchemaFiles.Embedded).RunAsync(CancellationToken.None);
await Partitions.EnsureAsync(database, CancellationToken.None);
