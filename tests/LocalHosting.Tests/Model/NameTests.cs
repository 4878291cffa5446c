using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Freshet.LocalHosting.Tests.Model;

public sealed class NameTests
{
    [Theory]
    [InlineData("1abc")]
    [InlineData("a_b")]
    [InlineData("a--b")]
    [InlineData("a-")]
    [InlineData("caf\u00e9")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void A_name_that_cannot_be_a_host_name_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => TestApplication.Builder().AddExecutable(name, "sh", "."));

    [Theory]
    [InlineData("a")]
    [InlineData("Cache-2")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void Other_names_are_fine(string name) =>
        TestApplication.Builder().AddExecutable(name, "sh", ".").Resource.Name.ShouldBe(name);

    [Fact]
    public void Two_resources_of_one_name_are_refused_in_any_case_of_letters()
    {
        var builder = TestApplication.Builder();
        builder.AddRedis("cache");

        Should.Throw<DistributedApplicationException>(() => builder.AddParameter("CACHE", "x"));
    }

    [Fact]
    public void Two_endpoints_of_one_name_are_refused()
    {
        var builder = TestApplication.Builder();
        var tool = builder.AddExecutable("tool", "sh", ".").WithHttpEndpoint(port: 5001);

        Should.Throw<DistributedApplicationException>(() => tool.WithHttpEndpoint(port: 5002));
    }

    [Fact]
    public void Waiting_for_itself_is_refused()
    {
        var tool = TestApplication.Builder().AddExecutable("tool", "sh", ".");

        Should.Throw<DistributedApplicationException>(() => tool.WaitFor(tool));
    }

    [Fact]
    public void Waiting_for_a_database_waits_for_its_server_too()
    {
        var builder = TestApplication.Builder();
        var database = builder.AddPostgres("pg").AddDatabase("orders");
        var tool = builder.AddExecutable("tool", "sh", ".").WaitFor(database);

        tool.Resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name).ShouldBe(["pg", "orders"]);
    }
}
