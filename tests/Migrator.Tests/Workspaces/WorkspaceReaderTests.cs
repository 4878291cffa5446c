using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Tests.Workspaces;

public sealed class WorkspaceReaderTests : IDisposable
{
    private readonly WorkspaceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_key_of_a_trait_arrives()
    {
        folder.Write("traits.yaml", """
            traits:
              - name: plan
                type: string
                description: What they pay for
                personal: true
                policy: source-priority
                sourcePriority: [demo]
                maxAge: 12h
                default: free
              - name: visits
                type: integer
                default: 0
                computed: { aggregate: distinct, event: page.viewed, property: context.path, window: 30d }
            """);

        var traits = folder.Definition().Traits;

        DefinitionJson.Write(traits[0]).ShouldBe("""
            {"name":"plan","type":"string","description":"What they pay for","isPersonal":true,"policy":"source-priority","sourcePriority":["demo"],"maxAge":"12:00:00","default":"\u0022free\u0022"}
            """);
        traits[1].Computed.ShouldBe(new Computation
        {
            Aggregate = Aggregate.Distinct,
            EventType = "page.viewed",
            Property = "context.path",
            WindowDays = 30,
        });
        traits[1].Default.ShouldBe("0");
    }

    [Fact]
    public void Every_check_of_a_trait_arrives_and_is_stored()
    {
        folder.Write("traits.yaml", """
            traits:
              - { name: phone, type: string, format: phone, maxLength: 16, pattern: "^\\+", missing: null }
              - { name: plan, type: enum, values: [free, pro], default: PRO, missing: keep }
              - { name: age, type: integer, minimum: 0, maximum: 150 }
            """);

        var traits = folder.Definition().Traits.Select(trait => DefinitionJson.ReadTrait(DefinitionJson.Write(trait))).ToList();

        (traits[0].Format, traits[0].MaxLength, traits[0].Pattern, traits[0].Missing).ShouldBe((TextFormat.Phone, 16, @"^\+", MissingPolicy.Null));
        (traits[1].Type, traits[1].Default, traits[1].Missing).ShouldBe((TraitType.Enum, "\"pro\"", MissingPolicy.Keep));
        traits[1].Values.ShouldBe(["free", "pro"]);
        (traits[2].Minimum, traits[2].Maximum, traits[2].Missing).ShouldBe(("0", "150", MissingPolicy.Default));
    }

    [Fact]
    public void Every_key_of_a_source_arrives()
    {
        folder.Write("sources/demo.yaml", """
            name: The shop
            kind: standard-webhooks
            enabled: false
            secrets: ["${demo-secret}", "${next_secret}"]
            events: [order.completed]
            traits: { plan: data.plan.code }
            identities: { external:erp: data.erp, user_id: data.number }
            maxBodyBytes: 2048
            eventsPerSecond: 7
            defaultCountry: AT
            """);
        folder.Parameters["next_secret"] = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

        var source = folder.Definition().Sources.ShouldHaveSingleItem();

        (source.Id, source.Name, source.Kind, source.IsEnabled, source.MaxBodyBytes, source.EventsPerSecond)
            .ShouldBe(("demo", "The shop", SourceKind.StandardWebhooks, false, 2048, 7));
        source.DefaultCountry.ShouldBe("AT");
        source.SecretNames.ShouldBe(["demo-secret", "next_secret"]);
        source.Events.ShouldBe(["order.completed"]);
        source.TraitPaths["plan"].ShouldBe("data.plan.code");
        source.IdentityPaths.Keys.ShouldBe(["external:erp", "user_id"]);
    }

    [Fact]
    public void What_is_left_out_has_the_documented_default()
    {
        folder.Write("sources/demo.yaml", "kind: tracking\nsecrets: [\"${write-key}\"]\n");

        var source = folder.Definition().Sources.ShouldHaveSingleItem();

        (source.Name, source.IsEnabled, source.MaxBodyBytes, source.EventsPerSecond).ShouldBe(("demo", true, 1024 * 1024, 10_000));
    }

    [Theory]
    [InlineData("string", "friend", "\"friend\"")]
    [InlineData("string", "\"12\"", "\"12\"")]
    [InlineData("integer", "-3", "-3")]
    [InlineData("decimal", "0.10", "0.10")]
    [InlineData("decimal", "3", "3")]
    [InlineData("boolean", "false", "false")]
    [InlineData("date", "2026-11-23", "\"2026-11-23\"")]
    [InlineData("datetime", "2026-11-23T10:00:00+01:00", "\"2026-11-23T10:00:00\\u002B01:00\"")]
    [InlineData("list", "[a, \"b\"]", "[\"a\",\"b\"]")]
    [InlineData("object", "{ a: { b: [1, true, ~, x] } }", "{\"a\":{\"b\":[1,true,null,\"x\"]}}")]
    [InlineData("duration", "PT90M", "\"PT1H30M\"")]
    [InlineData("money", "{ amount: \"1.50\", currency: eur }", "{\"minorUnits\":150,\"currency\":\"EUR\"}")]
    public void A_default_is_kept_as_JSON_of_the_type(string type, string value, string json)
    {
        folder.Write("traits.yaml", $"traits:\n  - {{ name: plan, type: {type}, default: {value} }}\n");

        folder.Definition().Traits[0].Default.ShouldBe(json);
    }

    [Fact]
    public void Anchors_and_merge_keys_work()
    {
        folder.Write("traits.yaml", """
            traits:
              - &name { name: first_name, type: string, personal: true }
              - { <<: *name, name: last_name }
              - { name: plan, type: string }
            """);

        var traits = folder.Definition().Traits;

        traits.Select(trait => trait.Name).ShouldBe(["first_name", "last_name", "plan"]);
        traits[1].IsPersonal.ShouldBeTrue();
    }

    [Fact]
    public void A_node_that_contains_itself_ends_with_an_error()
    {
        folder.Write("traits.yaml", "traits:\n  - { name: plan, type: object, default: &a { b: *a } }\n");

        folder.Read().Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public void Parameters_are_read_from_configuration_under_both_spellings()
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager
        {
            ["Parameters:a-b"] = "hyphen",
            ["Parameters:c_d"] = "underscore",
            ["Parameters:empty"] = "",
        };

        SecretParameters.Read(configuration, "a-b").ShouldBe("hyphen");
        SecretParameters.Read(configuration, "c-d").ShouldBe("underscore");
        SecretParameters.Read(configuration, "empty").ShouldBeNull();
        SecretParameters.Read(configuration, "none").ShouldBeNull();
    }

    [Fact]
    public void What_a_kind_of_sender_needs_is_read_and_stored()
    {
        folder.Parameters["vendor-key"] = "a-key-of-more-than-16-letters";
        folder.Write("sources/aws.yaml", "kind: amazon-sns\ntopicArns: [\"arn:aws:sns:eu-west-1:123456789012:mail\"]\n");
        folder.Write("sources/crm.yaml", "kind: hubspot\nsecrets: [\"${vendor-key}\"]\npublicUrl: https://hooks.example.com/webhooks/crm\n");
        folder.Write("sources/demo.yaml", "kind: salesforce\nsecrets: [\"${vendor-key}\"]\norganizationId: 00D5g000004ABCDEA2\nbasicUser: sf\n");
        folder.Write("sources/fb.yaml", "kind: meta\nsecrets: [\"${vendor-key}\"]\nverifyToken: \"${vendor-key}\"\n");
        folder.Write("sources/ms.yaml", "kind: dataverse\nsecrets: [\"${vendor-key}\"]\nkeyHeader: x-key\n");
        folder.Write("sources/erp.yaml", "kind: hmac\nsecrets: [\"${vendor-key}\"]\nhmac: { header: x-s, encoding: base64, timestampHeader: x-t, tolerance: 1h, idPath: event.id }\n");

        var sources = folder.Definition().Sources
            .Select(source => DefinitionJson.ReadSource(source.Id, DefinitionWords.Of(source.Kind), source.Name, source.IsEnabled, DefinitionJson.WriteSettings(source)))
            .ToDictionary(source => source.Id);

        sources["aws"].TopicArns.ShouldBe(["arn:aws:sns:eu-west-1:123456789012:mail"]);
        sources["crm"].PublicUrl.ShouldBe("https://hooks.example.com/webhooks/crm");
        (sources["demo"].OrganizationId, sources["demo"].BasicUser).ShouldBe(("00D5g000004ABCDEA2", "sf"));
        sources["fb"].VerifyTokenName.ShouldBe("vendor-key");
        sources["ms"].KeyHeader.ShouldBe("x-key");
        sources["erp"].Hmac.ShouldBe(new HmacSettings
        {
            Header = "x-s", Encoding = MacEncoding.Base64, TimestampHeader = "x-t", Signed = "{timestamp}.{body}", Tolerance = TimeSpan.FromHours(1), IdPath = "event.id",
        });
    }
}
