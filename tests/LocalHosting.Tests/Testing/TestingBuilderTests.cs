using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Aspire.Hosting.Testing;

namespace Freshet.LocalHosting.Tests.Testing;

public sealed class TestingBuilderTests
{
    [Fact]
    public async Task An_AppHost_runs_under_test_and_answers()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<global::Projects.SampleHost>();
        builder.CreateResourceBuilder<ProjectResource>("service").WithEnvironment("FROM_TEST", "yes")
            .WithEnvironment("Parameters__with-hyphen", "yes");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("service").WaitAsync(TestApplication.Patience);

        using var client = app.CreateHttpClient("service");
        var variables = (await client.GetFromJsonAsync<Dictionary<string, string>>("/environment"))!;

        variables["FROM_TEST"].ShouldBe("yes");
        variables["Parameters__with-hyphen"].ShouldBe("yes", "a shell in between would drop it");
        variables["FROM_PROFILE"].ShouldBe("yes");
        variables["ASPNETCORE_ENVIRONMENT"].ShouldBe("Development");
        app.GetEndpoint("service").Port.ShouldNotBe(5199, "ports are random in tests");
        (await client.GetStringAsync("/directory")).ShouldEndWith("SampleService");
    }

    [Fact]
    public async Task A_process_that_listens_elsewhere_is_reached_by_its_public_port()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<global::Projects.SampleHost>();
        builder.CreateResourceBuilder<ProjectResource>("service").WithEndpoint("http", e => e.TargetPort = new PortAllocator().Next());
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("service").WaitAsync(TestApplication.Patience);

        using var client = app.CreateHttpClient("service");
        var urls = (await client.GetFromJsonAsync<Dictionary<string, string>>("/environment"))!["ASPNETCORE_URLS"];

        urls.ShouldStartWith("http://localhost:");
        urls.ShouldNotBe(app.GetEndpoint("service").ToString().TrimEnd('/'));
    }

    [Fact]
    public async Task Arguments_reach_the_AppHost_and_its_model_can_be_read_before_it_starts()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<global::Projects.SampleHost>(
            ["--Sample:Servers=true"]);

        builder.Resources.Select(r => r.Name).ShouldBe(["service", "postgres", "orders", "redis", "rabbitmq"], ignoreOrder: true);
        builder.AppHostDirectory.ShouldEndWith("SampleHost");
    }

    [Fact]
    public async Task What_the_entry_point_throws_reaches_the_test()
    {
        var fault = await Should.ThrowAsync<DistributedApplicationException>(
            () => DistributedApplicationTestingBuilder.CreateAsync<global::Projects.SampleHost>(["--operation", "publish"]));

        fault.Message.ShouldContain("-p:UseAspire=true");
    }

    [Fact]
    public async Task The_temporary_data_is_gone_afterwards()
    {
        string? data;
        await using (var builder = TestApplication.Builder())
        {
            builder.AddRedis("cache");
            var app = await builder.BuildAsync();
            await app.StartAsync();
            await app.ResourceNotifications.WaitForResourceHealthyAsync("cache").WaitAsync(TestApplication.Patience);
            data = ((DataDirectory)app.Services.GetService(typeof(DataDirectory))!).Root;
            Directory.Exists(data).ShouldBeTrue();
        }

        Directory.Exists(data).ShouldBeFalse();
    }
}
