using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Freshet.LocalHosting.Tests.Model;

/// <summary>The exact variables that real Aspire 13.1 injects.</summary>
public sealed class EnvironmentTests
{
    private static readonly string ServicePath = Path.Combine(global::Projects.SampleHost.ProjectPath, "../SampleService/SampleService.csproj");

    [Fact]
    public async Task A_database_reference_injects_its_connection_string_and_its_parts()
    {
        var builder = TestApplication.Builder("--Parameters:pw=p w@1");
        var database = builder.AddPostgres("pg", password: builder.AddParameter("pw"), port: 5433).AddDatabase("app-db", "orders");
        var tool = builder.AddExecutable("tool", "sh", ".").WithReference(database);

        var variables = await builder.VariablesAsync(tool.Resource);

        variables.ShouldBe(new Dictionary<string, string>
        {
            ["ConnectionStrings__app-db"] = "Host=localhost;Port=5433;Username=postgres;Password=p w@1;Database=orders",
            ["APP_DB_HOST"] = "localhost",
            ["APP_DB_PORT"] = "5433",
            ["APP_DB_USERNAME"] = "postgres",
            ["APP_DB_PASSWORD"] = "p w@1",
            ["APP_DB_URI"] = "postgresql://postgres:p%20w%401@localhost:5433/orders",
            ["APP_DB_JDBCCONNECTIONSTRING"] = "jdbc:postgresql://localhost:5433/orders",
            ["APP_DB_DATABASENAME"] = "orders",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_cache_reference_injects_host_port_password_and_uri()
    {
        var builder = TestApplication.Builder("--Parameters:pw=secret");
        var redis = builder.AddRedis("cache", port: 6390, password: builder.AddParameter("pw"));
        var tool = builder.AddExecutable("tool", "sh", ".").WithReference(redis);

        var variables = await builder.VariablesAsync(tool.Resource);

        variables.ShouldBe(new Dictionary<string, string>
        {
            ["ConnectionStrings__cache"] = "localhost:6390,password=secret",
            ["CACHE_HOST"] = "localhost",
            ["CACHE_PORT"] = "6390",
            ["CACHE_PASSWORD"] = "secret",
            ["CACHE_URI"] = "redis://:secret@localhost:6390",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_broker_reference_injects_an_amqp_uri_under_the_chosen_name()
    {
        var builder = TestApplication.Builder("--Parameters:pw=a/b");
        var broker = builder.AddRabbitMQ("mq", password: builder.AddParameter("pw"), port: 5700);
        var tool = builder.AddExecutable("tool", "sh", ".").WithReference(broker, connectionName: "Bus");

        var variables = await builder.VariablesAsync(tool.Resource);

        variables.ShouldBe(new Dictionary<string, string>
        {
            ["ConnectionStrings__Bus"] = "amqp://guest:a%2Fb@localhost:5700",
            ["BUS_HOST"] = "localhost",
            ["BUS_PORT"] = "5700",
            ["BUS_USERNAME"] = "guest",
            ["BUS_PASSWORD"] = "a/b",
            ["BUS_URI"] = "amqp://guest:a%2Fb@localhost:5700",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_project_reference_injects_every_endpoint_in_both_forms()
    {
        var builder = TestApplication.Builder();
        var api = builder.AddProject("my-api", ServicePath).WithHttpEndpoint(port: 9464, name: "metrics");
        var tool = builder.AddExecutable("tool", "sh", ".").WithReference(api).WithReference(api, "other");

        var variables = await builder.VariablesAsync(tool.Resource);

        variables.ShouldBe(new Dictionary<string, string>
        {
            ["services__my-api__http__0"] = "http://localhost:5199",
            ["MY_API_HTTP"] = "http://localhost:5199",
            ["services__my-api__metrics__0"] = "http://localhost:9464",
            ["MY_API_METRICS"] = "http://localhost:9464",
            ["services__other__http__0"] = "http://localhost:5199",
            ["other_HTTP"] = "http://localhost:5199",
            ["services__other__metrics__0"] = "http://localhost:9464",
            ["other_METRICS"] = "http://localhost:9464",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_project_gets_its_urls_its_profile_and_its_telemetry_name()
    {
        var builder = TestApplication.Builder();
        var api = builder.AddProject("api", ServicePath);

        var variables = await builder.VariablesAsync(api.Resource);

        variables["ASPNETCORE_URLS"].ShouldBe("http://localhost:5199");
        variables["ASPNETCORE_ENVIRONMENT"].ShouldBe("Development");
        variables["FROM_PROFILE"].ShouldBe("yes");
        variables["DOTNET_LAUNCH_PROFILE"].ShouldBe("http");
        variables["OTEL_SERVICE_NAME"].ShouldBe("api");
        variables["OTEL_RESOURCE_ATTRIBUTES"].ShouldMatch("^service\\.instance\\.id=[a-z]{8}$");
        variables.ShouldNotContainKey("OTEL_EXPORTER_OTLP_ENDPOINT", "no collector was named");
    }

    [Fact]
    public async Task Telemetry_goes_where_a_collector_was_named()
    {
        var builder = TestApplication.Builder("--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:19000");
        var api = builder.AddProject("api", ServicePath);

        var variables = await builder.VariablesAsync(api.Resource);

        variables["OTEL_EXPORTER_OTLP_ENDPOINT"].ShouldBe("http://localhost:19000");
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"].ShouldBe("grpc");
    }

    [Fact]
    public async Task No_launch_profile_means_no_endpoints()
    {
        var builder = TestApplication.Builder();
        var worker = builder.AddProject("worker", ServicePath, launchProfileName: null);

        var variables = await builder.VariablesAsync(worker.Resource);

        variables.ShouldNotContainKey("ASPNETCORE_URLS");
        variables.ShouldNotContainKey("FROM_PROFILE");
    }

    [Fact]
    public async Task The_last_write_of_a_variable_wins_and_null_is_empty()
    {
        var builder = TestApplication.Builder("--Parameters:who=world");
        var redis = builder.AddRedis("cache", port: 6390);
        var tool = builder.AddExecutable("tool", "sh", ".")
            .WithEnvironment("A", "first")
            .WithEnvironment("A", () => "second")
            .WithEnvironment("B", (string?)null)
            .WithEnvironment("C", $"hello {builder.AddParameter("who")} at {redis.Resource.Port}");

        var variables = await builder.VariablesAsync(tool.Resource);

        variables.ShouldBe(new Dictionary<string, string> { ["A"] = "second", ["B"] = "", ["C"] = "hello world at 6390" }, ignoreOrder: true);
    }

    [Fact]
    public async Task Reference_flags_choose_what_is_injected()
    {
        var builder = TestApplication.Builder();
        var redis = builder.AddRedis("cache", port: 6390);
        var tool = builder.AddExecutable("tool", "sh", ".")
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
            .WithReference(redis);

        var variables = await builder.VariablesAsync(tool.Resource);

        variables.Keys.ShouldBe(["ConnectionStrings__cache"]);
    }

    [Fact]
    public async Task A_connection_string_given_from_outside_replaces_the_server()
    {
        var builder = TestApplication.Builder("--ConnectionStrings:pg=Host=db.example.org;Port=6432;Username=me;Password=x");
        var database = builder.AddPostgres("pg").AddDatabase("orders");
        var tool = builder.AddExecutable("tool", "sh", ".").WithReference(database);

        var variables = await builder.VariablesAsync(tool.Resource);

        variables["ConnectionStrings__orders"].ShouldBe("Host=db.example.org;Port=6432;Username=me;Password=x;Database=orders");
        variables["ORDERS_HOST"].ShouldBe("db.example.org");
        variables["ORDERS_PORT"].ShouldBe("6432");
        variables["ORDERS_USERNAME"].ShouldBe("me");
        variables["ORDERS_PASSWORD"].ShouldBe("x");
    }

    [Fact]
    public async Task External_services_and_addresses_are_injected_as_they_are()
    {
        var builder = TestApplication.Builder();
        var billing = builder.AddExternalService("billing", "https://billing.example.org/");
        var tool = builder.AddExecutable("tool", "sh", ".")
            .WithReference(billing)
            .WithReference("docs", new Uri("https://docs.example.org/"));

        var variables = await builder.VariablesAsync(tool.Resource);

        variables.ShouldBe(new Dictionary<string, string>
        {
            ["services__billing__https__0"] = "https://billing.example.org/",
            ["BILLING"] = "https://billing.example.org/",
            ["services__docs__default__0"] = "https://docs.example.org/",
            ["docs"] = "https://docs.example.org/",
        }, ignoreOrder: true);
    }
}
