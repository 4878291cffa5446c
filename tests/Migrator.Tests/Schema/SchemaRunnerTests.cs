using Freshet.Migrator.Schema;
using Freshet.Testing;

namespace Freshet.Migrator.Tests.Schema;

public sealed class SchemaRunnerTests : IAsyncLifetime
{
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateEmptyAsync();

    public async ValueTask DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task A_fresh_database_gets_every_file_and_a_journal_row_for_each()
    {
        var result = await RunAsync(SchemaFiles.Embedded);

        result.Applied.ShouldBe(SchemaFiles.Embedded.Select(file => file.Name));
        result.Version.ShouldBe(SchemaFiles.Embedded.Count);
        (await database.ListAsync<string>("select name || ' ' || checksum from schema_journal where duration > '0' order by version"))
            .ShouldBe(SchemaFiles.Embedded.Select(file => $"{file.Name} {file.Checksum}"));
    }

    [Fact]
    public async Task The_second_run_does_nothing()
    {
        await RunAsync(SchemaFiles.Embedded);

        (await RunAsync(SchemaFiles.Embedded)).Applied.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_several_that_start_at_once_one_works_and_the_others_wait()
    {
        // A sleep inside the database widens the window in which two would collide.
        var files = Files("select pg_sleep(0.3); create table a (x int);", "create table b (x int);");

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RunAsync(files)));

        results.Count(result => result.Applied.Count == 2).ShouldBe(1);
        results.Count(result => result.Applied.Count == 0).ShouldBe(4);
    }

    [Fact]
    public async Task Only_files_that_are_new_run()
    {
        await RunAsync(Files("create table a (x int)"));

        (await RunAsync(Files("create table a (x int)", "create table b (x int)"))).Applied.ShouldBe(["0002_step.sql"]);
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_of_itself_and_everything_before_it()
    {
        var failing = Files("create table kept (x int)", "create table gone (x int); select 1/0;");

        var error = await Should.ThrowAsync<SchemaException>(RunAsync(failing));

        error.Message.ShouldBe("Schema file 0002_step.sql failed: 22012 division by zero. Nothing of it was kept. Correct the file and start again.");
        (await database.ScalarAsync<bool>("select to_regclass('kept') is not null and to_regclass('gone') is null")).ShouldBeTrue();
        (await RunAsync(Files("create table kept (x int)", "create table gone (x int)"))).Applied.ShouldBe(["0002_step.sql"]);
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_ran_stops_the_run_and_tells_the_cure()
    {
        await RunAsync(Files("create table a (x int)"));

        var error = await Should.ThrowAsync<SchemaException>(RunAsync(Files("create table a (x bigint)", "create table b (x int)")));

        error.Message.ShouldStartWith("Schema file 0001_step.sql was changed after it had been applied");
        error.Message.ShouldContain("put it into a new file 0003_what_it_does.sql");
        (await database.ScalarAsync<bool>("select to_regclass('b') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_database_of_a_newer_release_is_left_alone()
    {
        await RunAsync(Files("create table a (x int)", "create table b (x int)"));

        (await Should.ThrowAsync<SchemaException>(RunAsync(Files("create table a (x int)"))))
            .Message.ShouldStartWith("The database has schema file 0002_step.sql, which this Migrator does not know (its newest is 0001)");
    }

    [Fact]
    public async Task After_a_failure_the_lock_is_free_again()
    {
        await Should.ThrowAsync<SchemaException>(RunAsync(Files("nonsense")));

        (await database.ScalarAsync<bool>("select pg_try_advisory_lock(hashtext('freshet.schema'))")).ShouldBeTrue();
    }

    private static IReadOnlyList<SchemaFile> Files(params string[] sql) =>
        [.. sql.Select((text, i) => SchemaFile.From($"{i + 1:0000}_step.sql", text))];

    private Task<SchemaResult> RunAsync(IReadOnlyList<SchemaFile> files) =>
        new SchemaRunner(database.DataSource, files).RunAsync(TestContext.Current.CancellationToken);
}
