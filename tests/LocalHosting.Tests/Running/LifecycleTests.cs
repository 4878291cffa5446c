using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Freshet.LocalHosting.Tests.Running;

/// <summary>Order, ends and commands, shown with shell commands as resources.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public async Task A_resource_starts_after_what_it_waits_for_has_completed()
    {
        await using var builder = TestApplication.Builder();
        var first = builder.AddExecutable("first", "sh", ".", "-c", "exit 3");
        builder.AddExecutable("second", "sleep", ".", "60").WaitForCompletion(first, exitCode: 3);
        var app = await builder.BuildAsync();
        var states = new List<string>();
        builder.Eventing.Subscribe<BeforeResourceStartedEvent>((started, _) =>
        {
            states.Add(started.Resource.Name);
            return Task.CompletedTask;
        });

        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceAsync("second").WaitAsync(TestApplication.Patience);

        states.ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task A_one_shot_that_fails_stops_its_waiters_with_the_reason()
    {
        await using var builder = TestApplication.Builder();
        var first = builder.AddExecutable("first", "sh", ".", "-c", "exit 5");
        builder.AddExecutable("second", "sleep", ".", "60").WaitForCompletion(first);
        var app = await builder.BuildAsync();

        await app.StartAsync();
        var fault = await Should.ThrowAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("second").WaitAsync(TestApplication.Patience));

        fault.Message.ShouldContain("'first'");
        fault.Message.ShouldContain("ended with 5");
    }

    [Fact]
    public async Task A_command_that_does_not_exist_is_reported()
    {
        await using var builder = TestApplication.Builder();
        builder.AddExecutable("tool", "/no/such/program", ".");
        var app = await builder.BuildAsync();

        await app.StartAsync();
        var ended = await app.ResourceNotifications.WaitForResourceAsync("tool", e => e.Snapshot.ExitCode is not null)
            .WaitAsync(TestApplication.Patience);

        ended.Snapshot.ExitCode.ShouldBe(127);
    }

    [Fact]
    public async Task Stop_start_and_restart_give_new_processes()
    {
        await using var builder = TestApplication.Builder();
        builder.AddExecutable("tool", "sleep", ".", "60");
        var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("tool").WaitAsync(TestApplication.Patience);
        var first = app.PidOf("tool");

        (await app.ResourceCommands.ExecuteCommandAsync("tool", "resource-stop")).Success.ShouldBeTrue();
        TestApplication.IsAlive(first).ShouldBeFalse();
        (await app.ResourceCommands.ExecuteCommandAsync("tool", "resource-start")).Success.ShouldBeTrue();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("tool").WaitAsync(TestApplication.Patience);
        var second = app.PidOf("tool");
        (await app.ResourceCommands.ExecuteCommandAsync("tool", "resource-restart")).Success.ShouldBeTrue();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("tool").WaitAsync(TestApplication.Patience);

        TestApplication.IsAlive(second).ShouldBeFalse();
        new[] { first, second, app.PidOf("tool") }.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_child_that_ignores_the_signal_is_killed_with_all_that_it_started()
    {
        var marker = Path.GetTempFileName();
        await using var builder = TestApplication.Builder();
        builder.AddExecutable("stubborn", "sh", ".", "-c", $"trap '' TERM; sleep 61 & echo $! > {marker}; wait; sleep 62");
        var app = await builder.BuildAsync();
        await app.StartAsync();
        await TestApplication.EventuallyAsync(() => new FileInfo(marker).Length > 1, TestApplication.Patience, "the grandchild's id");
        var grandchild = int.Parse(await File.ReadAllTextAsync(marker), System.Globalization.CultureInfo.InvariantCulture);
        var child = app.PidOf("stubborn");

        await app.StopAsync();

        TestApplication.IsAlive(child).ShouldBeFalse();
        TestApplication.IsAlive(grandchild).ShouldBeFalse();
        File.Delete(marker);
    }

    [Fact]
    public async Task Servers_stop_only_after_what_uses_them_has_ended()
    {
        var marker = Path.GetTempFileName();
        await using var builder = TestApplication.Builder();
        builder.AddRedis("cache");
        builder.AddExecutable("slow", "sh", ".", "-c", $"trap 'sleep 1; exit 0' TERM; echo trapped > {marker}; while :; do sleep 0.1; done");
        builder.AddExecutable("quick", "sleep", ".", "60");
        var app = await builder.BuildAsync();
        var stopped = new ConcurrentQueue<string>();
        builder.Eventing.Subscribe<ResourceStoppedEvent>((ended, _) =>
        {
            stopped.Enqueue(ended.Resource.Name);
            return Task.CompletedTask;
        });
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("cache").WaitAsync(TestApplication.Patience);
        await TestApplication.EventuallyAsync(() => new FileInfo(marker).Length > 1, TestApplication.Patience, "the trap to be set");

        await app.StopAsync();

        stopped.ToArray().ShouldBe(["quick", "slow", "cache"], customMessage: "the slow one ends by itself, and nobody waits in line behind it but the server");
        File.Delete(marker);
    }

    [Fact]
    public async Task An_explicit_start_waits_for_its_command()
    {
        await using var builder = TestApplication.Builder();
        builder.AddExecutable("tool", "sleep", ".", "60").WithExplicitStart();
        var app = await builder.BuildAsync();
        await app.StartAsync();

        await app.ResourceNotifications.WaitForResourceAsync("tool", KnownResourceStates.NotStarted);
        await app.ResourceCommands.ExecuteCommandAsync("tool", "resource-start");
        await app.ResourceNotifications.WaitForResourceHealthyAsync("tool").WaitAsync(TestApplication.Patience);

        TestApplication.IsAlive(app.PidOf("tool")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_missing_parameter_stops_only_who_uses_it()
    {
        await using var builder = TestApplication.Builder();
        builder.AddExecutable("user", "sleep", ".", "60").WithEnvironment("X", builder.AddParameter("missing"));
        builder.AddExecutable("other", "sleep", ".", "60");
        var app = await builder.BuildAsync();

        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("other").WaitAsync(TestApplication.Patience);
        var fault = await Should.ThrowAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("user").WaitAsync(TestApplication.Patience));

        fault.Message.ShouldContain("Parameters:missing");
    }
}
