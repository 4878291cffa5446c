using System.Collections.Frozen;
using Freshet.Ingress.Sources;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Ingress.Tests.Sources;

public sealed class SourceTableTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_missing_secret_is_named_with_the_key_to_set()
    {
        var table = Build(SourceTable.Empty, _ => null, IngressApp.DemoSource, IngressApp.AppSource with { IsEnabled = false });

        table.Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            fault => fault.ShouldContain("Parameters:demo-webhook-secret"),
            fault => fault.ShouldContain("Parameters__demo_webhook_secret"));
        table.OfWebhook("demo").ShouldNotBeNull().Proof.ShouldBeNull();
    }

    [Fact]
    public void A_secret_that_is_none_is_never_shown()
    {
        var fault = Build(SourceTable.Empty, _ => "hunter2", IngressApp.DemoSource).Faults.ShouldHaveSingleItem();

        fault.ShouldContain("Parameters:demo-webhook-secret");
        fault.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Several_write_keys_are_active_while_one_is_being_rotated()
    {
        var source = IngressApp.AppSource with { SecretNames = ["old", "new"] };
        var table = Build(SourceTable.Empty, name => $"key-{name}", source);

        table.OfWriteKey("key-old")?.Source.ShouldBe(source);
        table.OfWriteKey("key-new")?.Source.ShouldBe(source);
        table.OfWriteKey("key-other").ShouldBeNull();
        table.OfWriteKey("").ShouldBeNull();
    }

    [Fact]
    public void A_signing_secret_is_no_write_key() =>
        Build(SourceTable.Empty, _ => IngressApp.Secret, IngressApp.DemoSource).OfWriteKey(IngressApp.Secret).ShouldBeNull();

    [Fact]
    public void What_is_left_of_a_limit_survives_a_new_workspace_version()
    {
        var source = IngressApp.DemoSource with { EventsPerSecond = 1 };
        var before = Build(SourceTable.Empty, _ => IngressApp.Secret, source);
        before.OfWebhook("demo")!.Limit.TryTake(10);

        Build(before, _ => IngressApp.Secret, source).OfWebhook("demo")!.Limit.TryTake(1).ShouldNotBeNull();
        Build(before, _ => IngressApp.Secret, source with { EventsPerSecond = 2 }).OfWebhook("demo")!.Limit.TryTake(1).ShouldBeNull();
    }

    private SourceTable Build(SourceTable previous, Func<string, string?> secretOf, params Source[] sources) =>
        SourceTable.Build(
            new Workspace(1, TraitDictionary.Empty, sources.ToFrozenDictionary(source => source.Id)), secretOf, previous, TestProofs.Create(_time), _time);
}
