using System.Text.Json;
using Freshet.Simulators.Demo;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>The demo stream, without a host.</summary>
public sealed class DemoScriptTests
{
    private const int Customers = 20;
    private static readonly DateTimeOffset At = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_place_of_the_same_stream_is_the_same_call_and_another_seed_gives_another_stream()
    {
        var calls = Calls(1, 200);

        Calls(1, 200).ShouldBe(calls);
        Calls(2, 200).Select(call => call.Body).ShouldNotBe(calls.Select(call => call.Body));
    }

    [Fact]
    public void The_clock_changes_nothing_but_the_time_of_a_call()
    {
        var script = new DemoScript(1, Customers);
        for (var number = 0; number < 200; number++)
        {
            var (now, later) = (script.Call(number, At), script.Call(number, At.AddDays(1)));

            (later.Path, later.MessageId).ShouldBe((now.Path, now.MessageId));
            later.Body.ShouldBe(now.Body.Replace("2026-11-24T12", "2026-11-25T12", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_kind_of_call_comes_each_under_an_id_of_its_own_and_for_every_customer()
    {
        var calls = Calls(7, 2_000);

        calls.Select(call => call.MessageId).ShouldBeUnique();
        calls.Select(call => call.Path).Distinct().ShouldBe([DemoCall.Shop, "/v1/identify", "/v1/page", "/v1/track"], ignoreOrder: true);
        calls.Where(call => call.IsWebhook).Select(call => Member(call, "type")).Distinct()
            .ShouldBe(["cart.updated", "email.clicked", "email.opened", "order.completed"], ignoreOrder: true);
        calls.Where(call => call.Path == "/v1/identify").Select(call => Member(call, "userId")).Distinct()
            .ShouldBe(Enumerable.Range(1, Customers).Select(number => $"customer-{number}"), ignoreOrder: true);
    }

    private static List<DemoCall> Calls(int seed, int count)
    {
        var script = new DemoScript(seed, Customers);
        return [.. Enumerable.Range(0, count).Select(number => script.Call(number, At))];
    }

    private static string? Member(DemoCall call, string name)
    {
        using var body = JsonDocument.Parse(call.Body);
        return body.RootElement.GetProperty(name).GetString();
    }
}
