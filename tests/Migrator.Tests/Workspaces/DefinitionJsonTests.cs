using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Tests.Workspaces;

public sealed class DefinitionJsonTests
{
    private static readonly TraitDefinition Full = new()
    {
        Name = "orders_30d",
        Type = TraitType.DateTime,
        Description = "Text",
        IsPersonal = true,
        Policy = TraitPolicy.SourcePriority,
        SourcePriority = ["app", "demo"],
        MaxAge = TimeSpan.FromDays(30),
        Default = "\"2026-11-23T00:00:00Z\"",
        Computed = new Computation { Aggregate = Aggregate.Distinct, EventType = "order.completed", Property = "total", WindowDays = 30 },
    };

    [Fact]
    public void A_trait_reads_as_it_was_written()
    {
        var text = DefinitionJson.Write(Full);

        text.ShouldBe("""
            {"name":"orders_30d","type":"datetime","description":"Text","isPersonal":true,"policy":"source-priority","sourcePriority":["app","demo"],"maxAge":"30.00:00:00","default":"\u00222026-11-23T00:00:00Z\u0022","computed":{"aggregate":"distinct","eventType":"order.completed","property":"total","windowDays":30}}
            """);
        DefinitionJson.Write(DefinitionJson.ReadTrait(text)).ShouldBe(text);
        DefinitionJson.ReadTrait(text).Computed.ShouldBe(Full.Computed);
    }

    [Fact]
    public void Members_that_an_older_release_did_not_write_read_as_their_defaults()
    {
        var trait = DefinitionJson.ReadTrait("""{"name":"country","type":"string"}""");
        DefinitionJson.Write(trait).ShouldBe(DefinitionJson.Write(new TraitDefinition { Name = "country", Type = TraitType.String }));

        var source = DefinitionJson.ReadSource("demo", "tracking", "Demo", true, "{}");
        DefinitionJson.WriteSettings(source)
            .ShouldBe(DefinitionJson.WriteSettings(new Source { Id = "demo", Kind = SourceKind.Tracking, Name = "Demo" }));
        source.MaxBodyBytes.ShouldBe(1024 * 1024);
    }

    [Fact]
    public void A_source_reads_as_it_was_written()
    {
        var source = new Source
        {
            Id = "demo",
            Kind = SourceKind.StandardWebhooks,
            Name = "Demo",
            IsEnabled = false,
            SecretNames = ["a", "b"],
            Events = ["order.completed"],
            TraitPaths = new Dictionary<string, string> { ["plan"] = "data.plan.code" },
            IdentityPaths = new Dictionary<string, string> { ["external:erp"] = "data.erp_no" },
            MappingName = "web-shop",
            MaxBodyBytes = 1000,
            EventsPerSecond = 5,
        };

        var settings = DefinitionJson.WriteSettings(source);
        var read = DefinitionJson.ReadSource("demo", DefinitionWords.Of(source.Kind), "Demo", false, settings);

        settings.ShouldBe("""
            {"secretNames":["a","b"],"events":["order.completed"],"traitPaths":{"plan":"data.plan.code"},"identityPaths":{"external:erp":"data.erp_no"},"mappingName":"web-shop","maxBodyBytes":1000,"eventsPerSecond":5}
            """);
        DefinitionJson.WriteSettings(read).ShouldBe(settings);
        (read.Id, read.Kind, read.Name, read.IsEnabled).ShouldBe(("demo", SourceKind.StandardWebhooks, "Demo", false));
    }

    [Fact]
    public void Words_of_another_release_are_refused()
    {
        Should.Throw<JsonException>(() => DefinitionJson.ReadTrait("""{"name":"x","type":"vector"}"""));
        Should.Throw<JsonException>(() => DefinitionJson.ReadSource("demo", "smoke-signals", "Demo", true, "{}"))
            .Message.ShouldBe("Source kind 'smoke-signals' is unknown to this release.");
    }
}
