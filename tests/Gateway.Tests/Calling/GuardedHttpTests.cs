using System.Net;
using Freshet.ServiceDefaults.Calling;
using Freshet.Testing.Drivers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Gateway.Tests.Calling;

public sealed class GuardedHttpTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new();
    private OtherHost other = null!;

    public async ValueTask InitializeAsync() => other = await OtherHost.StartAsync(OtherHost.Json("""{"plan":"pro"}"""));

    public ValueTask DisposeAsync() => other.DisposeAsync();

    [Fact]
    public async Task An_answer_comes_back_whole()
    {
        using var host = Caller("Development");

        var answer = (await SendAsync(host, Request("/who?email=a%40b.test"))).ShouldBeOfType<CallResult.Answered>();

        answer.IsSuccess.ShouldBeTrue();
        System.Text.Encoding.UTF8.GetString(answer.Body).ShouldBe("""{"plan":"pro"}""");
        other.Asked.ShouldBe(["GET /who?email=a%40b.test"]);
    }

    [Fact]
    public async Task A_body_and_headers_are_sent()
    {
        using var host = Caller("Development");
        other.Answers(context => context.Response.WriteAsync($"{context.Request.Headers["X-Key"]} {context.Request.ContentType}"));

        var answer = await SendAsync(host, Request("/") with { Method = HttpMethod.Post, Body = "{}"u8.ToArray(), Headers = [new("X-Key", "a key")] });

        System.Text.Encoding.UTF8.GetString(answer.ShouldBeOfType<CallResult.Answered>().Body).ShouldBe("a key application/json");
        other.Asked.ShouldBe(["POST / {}"]);
    }

    [Theory]
    [InlineData("Production", false, false)]
    [InlineData("Production", true, true)]
    [InlineData("Development", false, true)]
    public async Task This_machine_is_called_only_in_Development_or_if_listed(string environment, bool mayBePrivate, bool isCalled)
    {
        using var host = Caller(environment);

        var result = await SendAsync(host, Request("/") with { MayBePrivate = mayBePrivate });

        (result is CallResult.Answered).ShouldBe(isCalled);
        other.Asked.Count.ShouldBe(isCalled ? 1 : 0);
        if (!isCalled)
        {
            result.ShouldBe(new CallResult.Failed(CallFailure.Forbidden));
        }
    }

    [Theory]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://0x0a000001/")]
    [InlineData("https://user:password@example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    public async Task Addresses_of_other_networks_and_schemes_are_refused_even_in_Development(string address)
    {
        using var host = Caller("Development");

        (await SendAsync(host, Request("/") with { Address = new Uri(address) })).ShouldBe(new CallResult.Failed(CallFailure.Forbidden));
    }

    [Fact]
    public async Task A_redirection_is_not_followed()
    {
        using var host = Caller("Development");
        other.Answers(context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });

        (await SendAsync(host, Request("/"))).ShouldBe(new CallResult.Failed(CallFailure.Redirected));
        other.Asked.ShouldBe(["GET /"]);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_refused()
    {
        using var host = Caller("Development");
        other.Answers(async context =>
        {
            for (var sent = 0; sent <= GuardedHttp.LargestAnswer; sent += 1024)
            {
                await context.Response.WriteAsync(new string('x', 1024));
            }
        });

        (await SendAsync(host, Request("/"))).ShouldBe(new CallResult.Failed(CallFailure.TooLarge));
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_given_up()
    {
        using var host = Caller("Development");
        var isAsked = new TaskCompletionSource();
        other.Answers(async context =>
        {
            await context.Response.StartAsync();
            isAsked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var call = SendAsync(host, Request("/"));
        await isAsked.Task;
        clock.Advance(TimeSpan.FromSeconds(5));

        (await call).ShouldBe(new CallResult.Failed(CallFailure.TimedOut));
    }

    [Fact]
    public async Task After_many_failures_nobody_is_asked_for_a_while()
    {
        using var host = Caller("Development");
        other.Answers(OtherHost.Json("{}", 500));
        for (var i = 0; i < 5; i++)
        {
            (await SendAsync(host, Request("/"))).ShouldBeOfType<CallResult.Answered>().Status.ShouldBe(500);
        }

        (await SendAsync(host, Request("/"))).ShouldBe(new CallResult.Failed(CallFailure.CircuitOpen));
        other.Asked.Count.ShouldBe(5);

        other.Answers(OtherHost.Json("{}"));
        (await SendAsync(host, Request("/") with { Circuit = "another" })).ShouldBeOfType<CallResult.Answered>();
        clock.Advance(TimeSpan.FromSeconds(16));
        (await SendAsync(host, Request("/"))).ShouldBeOfType<CallResult.Answered>().IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_unreachable()
    {
        using var host = Caller("Development");
        var request = Request("/");
        await other.DisposeAsync();

        (await SendAsync(host, request)).ShouldBe(new CallResult.Failed(CallFailure.Unreachable));
    }

    [Fact]
    public async Task Logs_spans_and_metrics_tell_nothing_of_addresses_headers_and_answers()
    {
        using var tellTale = new TellTale();
        using var host = Caller("Development", tellTale);
        var request = Request("/who/ann%40private.test?phone=4366012345") with { Headers = [new("Authorization", "Bearer hunter2")], Circuit = "told" };
        other.Answers(OtherHost.Json("""{"plan":"platinum"}""", 503));
        for (var i = 0; i < 6; i++)
        {
            await SendAsync(host, request);
        }

        await SendAsync(host, request with { Circuit = "another", Address = new Uri("http://10.0.0.1/ann%40private.test") });
        await other.DisposeAsync();
        await SendAsync(host, request with { Circuit = "a third" });

        tellTale.Told.ShouldContain(text => text.StartsWith("circuit.opened"));
        tellTale.Told.ShouldContain(text => text.StartsWith("http.client.request.duration"));
        tellTale.Told.ShouldAllBe(text => !text.Contains("private.test") && !text.Contains("4366012345") && !text.Contains("hunter2") && !text.Contains("platinum") && !text.Contains("/who"));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::ffff:192.168.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Public_addresses_are_told_from_others(string address, bool isPublic) =>
        PublicAddresses.Contains(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Sat, 01 Jan 2000 00:01:00 GMT", 60)]
    [InlineData("Fri, 31 Dec 1999 23:59:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public async Task How_long_the_other_side_wants_to_be_left_alone_is_told(string? header, int? seconds)
    {
        using var host = Caller("Development");
        other.Answers(context =>
        {
            context.Response.Headers.RetryAfter = header;
            return OtherHost.Json("{}", 429)(context);
        });

        var answer = (await SendAsync(host, Request("/"))).ShouldBeOfType<CallResult.Answered>();

        answer.RetryAfter?.TotalSeconds.ShouldBe(seconds ?? -1);
        answer.RetryAfter.HasValue.ShouldBe(seconds is not null);
    }

    private static Task<CallResult> SendAsync(IHost host, GuardedRequest request) =>
        host.Services.GetRequiredService<GuardedHttp>().SendAsync(request, TestContext.Current.CancellationToken);

    private GuardedRequest Request(string place) => new() { Circuit = "test", Address = new Uri(other.Address, place), Timeout = TimeSpan.FromSeconds(5) };

    private IHost Caller(string environment, ILoggerProvider? logs = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddServiceDefaults();
        builder.AddGuardedHttp();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace);
        if (logs is not null)
        {
            builder.Logging.AddProvider(logs);
        }

        return builder.Build();
    }
}
