using Freshet.Migrator.Workspaces;
using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;
using Freshet.Testing;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Tests.Workspaces;

/// <summary>The demo workspace and the JSON Schemas that editors use for workspace files.</summary>
public sealed class DemoWorkspaceTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "workspace");

    [Fact]
    public void The_demo_workspace_is_valid()
    {
        var reading = WorkspaceReader.Read(Folder, TestSecrets.Find);

        reading.Errors.ShouldBeEmpty();
        reading.Definition!.Traits.Count.ShouldBe(21);
        reading.Definition.Sources.Select(source => (source.Id, source.Kind)).ShouldBe([("app", SourceKind.Tracking), ("demo", SourceKind.StandardWebhooks)]);
        reading.Definition.Traits.Where(trait => trait.IsPersonal).Select(trait => trait.Name).ShouldBe(["first_name", "last_name", "email", "birthday"]);
    }

    [Theory]
    [InlineData("traits.yaml")]
    [InlineData("sources/app.yaml")]
    [InlineData("sources/demo.yaml")]
    public async Task Each_file_names_its_schema_and_fits_it(string file)
    {
        var path = Path.Combine(Folder, file);
        var directive = (await File.ReadAllLinesAsync(path))[0];
        directive.ShouldStartWith("# yaml-language-server: $schema=");
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Path.GetDirectoryName(path)!, directive.Split('=')[1]));

        schema.Validate(JsonOf(path)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mistake_does_not_fit_the_schemas()
    {
        (await SchemaAsync("traits")).Validate("""{"traits":[{"name":"a","type":"text"}]}""").ShouldNotBeEmpty();
        (await SchemaAsync("traits")).Validate("""{"traits":[{"name":"a","type":"string","colour":"red"}]}""").ShouldNotBeEmpty();
        (await SchemaAsync("source")).Validate("""{"kind":"tracking","secrets":["hunter2"]}""").ShouldNotBeEmpty();
    }

    [Fact]
    public void Schemas_and_code_know_the_same_keys_and_words()
    {
        var traits = JObject.Parse(File.ReadAllText(Path.Combine(Folder, "schemas/traits.schema.json")));
        var source = JObject.Parse(File.ReadAllText(Path.Combine(Folder, "schemas/source.schema.json")));
        var mapping = JObject.Parse(File.ReadAllText(Path.Combine(Folder, "schemas/mapping.schema.json")));

        Keys(traits["properties"]).ShouldBe(WorkspaceKeys.TraitsFile);
        Keys(traits["definitions"]!["trait"]!["properties"]).ShouldBe(WorkspaceKeys.Trait);
        Keys(traits["definitions"]!["computed"]!["properties"]).ShouldBe(WorkspaceKeys.Computed);
        Keys(source["properties"]).ShouldBe(WorkspaceKeys.Source);
        Keys(source.SelectToken("properties.hmac.properties")).ShouldBe(WorkspaceKeys.Hmac);
        Keys(source.SelectToken("properties.lookup.properties")).ShouldBe(WorkspaceKeys.LookUp);
        Strings(source.SelectToken("properties.hmac.properties.algorithm.enum")).ShouldBe(DefinitionWords.All<MacAlgorithm>());
        Strings(source.SelectToken("properties.hmac.properties.encoding.enum")).ShouldBe(DefinitionWords.All<MacEncoding>());
        var enrichment = JObject.Parse(File.ReadAllText(Path.Combine(Folder, "schemas/enrichment.schema.json")));
        Keys(enrichment["properties"]).ShouldBe(WorkspaceKeys.Enrichment);
        Keys(enrichment.SelectToken("properties.key.properties")).ShouldBe(WorkspaceKeys.EnrichmentKey);
        Keys(mapping["properties"]).ShouldBe(MappingJson.Keys);
        Keys(mapping.SelectToken("definitions.rule.properties")).ShouldBe(MappingJson.RuleKeys);
        Strings(traits.SelectToken("definitions.trait.properties.type.enum")).ShouldBe(DefinitionWords.All<TraitType>());
        Strings(traits.SelectToken("definitions.trait.properties.format.enum")).ShouldBe(DefinitionWords.All<TextFormat>());
        Strings(traits.SelectToken("definitions.trait.properties.missing.enum")).OfType<string>().ShouldBe(DefinitionWords.All<MissingPolicy>());
        Strings(traits.SelectToken("definitions.trait.properties.policy.enum")).ShouldBe(DefinitionWords.All<TraitPolicy>());
        Strings(traits.SelectToken("definitions.computed.properties.aggregate.enum")).ShouldBe(DefinitionWords.All<Aggregate>());
        Strings(source.SelectToken("properties.kind.enum")).ShouldBe(DefinitionWords.All<SourceKind>());
    }

    [Fact]
    public void Schemas_and_code_know_the_same_patterns()
    {
        var traits = JObject.Parse(File.ReadAllText(Path.Combine(Folder, "schemas/traits.schema.json")));
        var source = JObject.Parse(File.ReadAllText(Path.Combine(Folder, "schemas/source.schema.json")));

        traits.SelectToken("definitions.trait.properties.name.pattern")!.Value<string>().ShouldBe(Patterns.TraitName.ToString());
        traits.SelectToken("definitions.computed.properties.event.pattern")!.Value<string>().ShouldBe(Patterns.EventType.ToString());
        traits.SelectToken("definitions.computed.properties.property.pattern")!.Value<string>().ShouldBe(Patterns.Path.ToString());
        source.SelectToken("properties.events.items.pattern")!.Value<string>().ShouldBe(Patterns.EventType.ToString());
        source.SelectToken("properties.traits.additionalProperties.pattern")!.Value<string>().ShouldBe(Patterns.Path.ToString());
        source.SelectToken("properties.basicUser.pattern")!.Value<string>().ShouldBe(Patterns.BasicUser.ToString());
        source.SelectToken("properties.organizationId.pattern")!.Value<string>().ShouldBe(Patterns.OrganizationId.ToString());
        source.SelectToken("properties.topicArns.items.pattern")!.Value<string>().ShouldBe(Patterns.TopicArn.ToString());
        source.SelectToken("properties.secrets.items.pattern")!.Value<string>()!.Replace("[A-Za-z][A-Za-z0-9_-]*", "(?<name>[A-Za-z][A-Za-z0-9_-]*)")
            .ShouldBe(Patterns.SecretReference.ToString());
    }

    private static Task<JsonSchema> SchemaAsync(string name) => JsonSchema.FromFileAsync(Path.Combine(Folder, $"schemas/{name}.schema.json"));

    private static string JsonOf(string path)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(path)));
        YamlJson.TryConvert(yaml.Documents[0].RootNode, out var json).ShouldBeTrue();
        return json!.ToJsonString();
    }

    private static IEnumerable<string> Keys(JToken? properties) => ((JObject)properties!).Properties().Select(property => property.Name);

    private static IEnumerable<string> Strings(JToken? array) => array!.Select(item => item.Value<string>()!);
}
