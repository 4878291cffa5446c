using System.Reflection;

namespace Freshet.Architecture.Tests;

/// <summary>Which room may know which: docs/architecture.md, "Rooms and who writes what".</summary>
public sealed class DependencyTests
{
    private static readonly string[] Hosts = ["Freshet.Ingress", "Freshet.Processing", "Freshet.Gateway", "Freshet.Migrator"];

    [Fact]
    public void Contracts_know_nothing_of_ours_and_no_package() =>
        ReferencesOf("Freshet.Contracts").ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal));

    [Fact]
    public void Profiles_know_no_host_no_bus_and_no_graphql() =>
        ReferencesOf("Freshet.Profiles")
            .Where(name => Hosts.Contains(name) || name.StartsWith("MassTransit", StringComparison.Ordinal)
                || name.StartsWith("GraphQL", StringComparison.Ordinal) || name.StartsWith("RabbitMQ", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("Freshet.Ingress")]
    [InlineData("Freshet.Processing")]
    [InlineData("Freshet.Gateway")]
    [InlineData("Freshet.Migrator")]
    public void No_host_references_another_host(string host) =>
        ReferencesOf(host).Where(name => name != host && Hosts.Contains(name)).ShouldBeEmpty();

    [Fact]
    public void The_gateway_reaches_the_stores_only_through_profiles() =>
        ReferencesOf("Freshet.Gateway")
            .Where(name => name.StartsWith("Npgsql", StringComparison.Ordinal) || name.StartsWith("StackExchange", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void Only_profiles_and_the_migrator_contain_sql() =>
        Repository.SourceFiles("services/Ingress", "services/Gateway", "services/Contracts", "ServiceDefaults")
            .Where(file => Repository.Read(file).Contains("NpgsqlCommand", StringComparison.Ordinal))
            .ShouldBeEmpty();

    private static IEnumerable<string> ReferencesOf(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);
}
