using Freshet.Gateway.Schema;
using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Dictionary;
using GraphQL;
using GraphQL.Types;

namespace Freshet.Gateway.Tests.Schema;

public sealed class SchemaSnapshotTests
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    [Fact]
    public void The_committed_schema_is_that_of_the_demo_workspace()
    {
        var file = Path.Combine(Root, "services", "Gateway", "Schema", "schema.graphql");
        var current = Demo().Print();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, current);
        }

        File.ReadAllText(file).ShouldBe(current, "The schema changed. If that is meant, run the tests with UPDATE_SNAPSHOTS=1 and commit the file.");
    }

    [Fact]
    public void Every_trait_of_the_demo_workspace_has_a_field() => Demo().Excluded.ShouldBeEmpty();

    [Fact]
    public void Every_type_field_argument_and_value_says_what_it_means()
    {
        var silent = Demo().AllTypes
            .Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal) && !IsBuiltIn(type))
            .SelectMany(Silent);

        silent.ShouldBeEmpty();
    }

    private static IEnumerable<string> Silent(IGraphType type)
    {
        IEnumerable<(string Name, string? Description)> parts = [(type.Name, type.Description)];
        if (type is IComplexGraphType complex)
        {
            parts = parts
                .Concat(complex.Fields.Select(field => ($"{type.Name}.{field.Name}", field.Description)))
                .Concat(complex.Fields.SelectMany(field => (field.Arguments ?? []).Select(
                    argument => ($"{type.Name}.{field.Name}({argument.Name})", argument.Description))));
        }

        if (type is EnumerationGraphType enumeration)
        {
            parts = parts.Concat(enumeration.Values.Select(value => ($"{type.Name}.{value.Name}", value.Description)));
        }

        return parts.Where(part => string.IsNullOrWhiteSpace(part.Description)).Select(part => part.Name);
    }

    private static bool IsBuiltIn(IGraphType type) => type is StringGraphType or IntGraphType or FloatGraphType or BooleanGraphType or IdGraphType;

    private static FreshetSchema Demo()
    {
        var reading = WorkspaceReader.ReadFiles(Path.Combine(Root, "AppHost", "workspace"), _ => null, out _);
        reading.Errors.ShouldBeEmpty();
        return FreshetSchema.For(new TraitDictionary(1, reading.Definition!.Traits));
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Aspire.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
