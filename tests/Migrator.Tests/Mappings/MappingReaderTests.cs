using Freshet.Migrator.Tests.Workspaces;
using Freshet.Profiles.Mapping;

namespace Freshet.Migrator.Tests.Mappings;

/// <summary>Mappings as workspace files: what is read, and what a person reads who made a mistake.</summary>
public sealed class MappingReaderTests : IDisposable
{
    private const string Mapping = """
        tables:
          tier: { gold: premium, 1: one }
        let:
          person: customer.details
        rules:
          - when: header('x-topic') in ['a/b', "c/d"]
            type: order.completed
            at: date(paid_at)
            identities:
              external:shop: person.id
              email: person.email
            traits:
              plan: lookup(tier, plan)
            properties:
              total: number(total)
              skus: map(items, sku)
          - typeFrom: kind
            alias: true
            identities: { user_id: user }
            traits: person
            properties: "default(data, object('empty', true))"
        """;

    private readonly WorkspaceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_read_with_its_places()
    {
        folder.Write("mappings/my-shop.yaml", Mapping);

        var mapping = folder.Definition().Mappings.ShouldHaveSingleItem();

        mapping.Name.ShouldBe("my-shop");
        mapping.Tables["tier"].ShouldBe(new Dictionary<string, string> { ["gold"] = "premium", ["1"] = "one" });
        mapping.Let.ShouldBe([new NamedExpression("person", new ExpressionText("customer.details", 4, 11))]);
        mapping.Rules[0].When.ShouldBe(new ExpressionText("header('x-topic') in ['a/b', \"c/d\"]", 6, 11));
        mapping.Rules[0].Identities.Select(identity => identity.Name).ShouldBe(["external:shop", "email"]);
        mapping.Rules[1].ShouldSatisfyAllConditions(
            rule => rule.Line.ShouldBe(17),
            rule => rule.IsAlias.ShouldBeTrue(),
            rule => rule.TraitsFrom!.Text.ShouldBe("person"),
            rule => rule.PropertiesFrom.ShouldBe(new ExpressionText("default(data, object('empty', true))", 21, 18)));
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "rules: []", "(1,1): the mapping has no rules; add 'rules:' with at least one" },
        { "rules:\n  - { type: a.b, identities: { user_id: u }, wen: x }", "(2,46): unknown key 'wen'; did you mean 'when'?" },
        { "rules:\n  - { identities: { user_id: u } }", "(2,1): a rule says either 'type', like 'type: order.completed', or 'typeFrom', an expression that gives the sender's own name of it" },
        { "rules:\n  - { type: Order Paid, identities: { user_id: u } }", "(2,1): 'Order Paid' is no event type; write lower-case words with dots between, in the past tense, like order.completed" },
        { "rules:\n  - { type: a.b }", "(2,1): the rule names no 'identities', so nobody would know whose event it is; add at least one, like 'email: customer.email'" },
        { "rules:\n  - { type: a.b, identities: { mail: u } }", "(2,1): 'mail' is no identity namespace; did you mean 'email'?" },
        { "rules:\n  - type: a.b\n    at: dat(x)\n    identities: { user_id: u }", "(3,9): there is no function 'dat'; did you mean 'date'?" },
        { "rules:\n  - type: a.b\n    identities: { user_id: 'u' }", "(3,28): these quotes belong to YAML, so this would be the path u; write \"'u'\" for the text, or leave the quotes out for the path" },
        { "rules:\n  - type: a.b\n    identities: { user_id: u }\n    properties: { skus: map(items, sku) }", "(4,34): ')' or ',' is missing; inside { } YAML ends a value at a comma, so put the expression in quotes or on a line of its own|(4,41): a value of 'properties' must be text, not nothing; write it like 'email: customer.email'" },
        { "tables: { t: [a] }\nrules:\n  - { type: a.b, identities: { user_id: u } }", "(1,14): 't' must be a mapping, not a list; write it like { gold: premium }" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_with_its_place_and_cure(string mapping, string errors)
    {
        folder.Write("mappings/my-shop.yaml", mapping);

        folder.Errors().ShouldBe(errors.Split('|').Select(error => $"mappings/my-shop.yaml{error}"));
    }

    [Fact]
    public void A_source_names_a_mapping_that_there_is()
    {
        folder.Write("mappings/my-shop.yaml", Mapping);
        folder.Write("sources/demo.yaml", WorkspaceFolder.Source + "\nmapping: my-shp\n");
        folder.Errors().ShouldHaveSingleItem().ShouldEndWith("there is no mapping 'my-shp'; did you mean 'my-shop'?");

        folder.Write("sources/demo.yaml", WorkspaceFolder.Source + "\nmapping: other\n");
        folder.Errors().ShouldHaveSingleItem().ShouldEndWith("there is no mapping 'other'; add mappings/other.yaml");

        folder.Write("sources/demo.yaml", WorkspaceFolder.Source + "\nmapping: my-shop\n");
        folder.Errors().ShouldBeEmpty();
    }

    [Fact]
    public void The_built_in_mapping_of_a_source_belongs_to_the_workspace_until_a_file_takes_its_place()
    {
        folder.Write("sources/demo.yaml", WorkspaceFolder.Source + "\nmapping: stripe\n");
        folder.Definition().Mappings.ShouldHaveSingleItem().Rules.Count.ShouldBeGreaterThan(5);

        folder.Write("mappings/stripe.yaml", "rules:\n  - { type: a.b, identities: { user_id: u } }\n");
        folder.Definition().Mappings.ShouldHaveSingleItem().Rules.Count.ShouldBe(1);
    }
}
