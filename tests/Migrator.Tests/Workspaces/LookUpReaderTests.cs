using Freshet.Profiles.Dictionary;
using Freshet.Profiles.LookUps;

namespace Freshet.Migrator.Tests.Workspaces;

/// <summary>How a workspace says that a source can be asked.</summary>
public sealed class LookUpReaderTests : IDisposable
{
    private const string Mapping = "rules:\n  - { type: customer.updated, identities: { email: email }, traits: { plan: plan } }\n";

    private readonly WorkspaceFolder folder = new();

    public LookUpReaderTests()
    {
        folder.Write("mappings/crm-answer.yaml", Mapping);
        folder.Parameters["crm-token"] = "a token";
    }

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string> BadLookUps => new()
    {
        // What stands in 'lookup' in the third line of the file, and what is said about it.
        { "{ mapping: crm-answer }", "(3,9): 'url' is missing; write the address with an identity in braces, like \"https://crm.example.com/contacts/{email}\"" },
        { "{ url: \"https://crm.test/{email}\" }", "(3,9): 'mapping' is missing; name the file in mappings/ that reads the answer, like 'mapping: crm-contact'" },
        { "{ url: \"https://crm.test/{email}\", mapping: crm-anser }", "(3,53): there is no mapping 'crm-anser'; did you mean 'crm-answer'?" },
        { "{ url: \"https://crm.test/all\", mapping: crm-answer }", "(3,16): nothing says who is asked for; write an identity in braces, like {email}, or send it with 'method: post' and 'identities: [email]'" },
        { "{ url: \"https://crm.test/{mail}\", mapping: crm-answer }", "(3,16): 'mail' is no identity namespace; did you mean 'email'?" },
        { "{ url: \"https://{email}/x\", mapping: crm-answer }", "(3,16): 'https://{email}/x' is no address that can be asked; write it whole, with identities after the host only, like \"https://crm.example.com/contacts/{email}\"" },
        { "{ url: \"crm.test/{email}\", mapping: crm-answer }", "(3,16): 'crm.test/{email}' is no address that can be asked; write it whole, with identities after the host only, like \"https://crm.example.com/contacts/{email}\"" },
        { "{ url: \"ftp://crm.test/{email}\", mapping: crm-answer }", "(3,16): 'ftp://crm.test/{email}' is no address that can be asked; write it whole, with identities after the host only, like \"https://crm.example.com/contacts/{email}\"" },
        { "{ url: \"https://me:pass@crm.test/{email}\", mapping: crm-answer }", "(3,16): 'https://me:pass@crm.test/{email}' is no address that can be asked; write it whole, with identities after the host only, like \"https://crm.example.com/contacts/{email}\"" },
        { "{ url: \"https://crm.test/{email}?key=${crm-token}\", mapping: crm-answer }", "(3,16): a secret in an address ends in the logs of every server on the way; send it as a header, like 'authorization: \"Bearer ${crm-token}\"'" },
        { "{ url: \"http://10.0.0.7/{email}\", mapping: crm-answer }", "(3,16): '10.0.0.7' is no public address, and would not be called; add 'privateHost: 10.0.0.7' if it is meant" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, privateHost: crm }", "(3,77): 'crm' is not the host of 'url'; write 'privateHost: crm.test', or remove it if the host has a public address" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, method: put }", "(3,72): 'put' is no method; use one of: get, post" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, identities: [email] }", "(3,76): 'identities' are sent in the body of a POST; add 'method: post', or write them into 'url' like {email}" },
        { "{ url: \"http://crm.test/\", mapping: crm-answer, method: post, identities: [mail] }", "(3,84): 'mail' is no identity namespace; did you mean 'email'?" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, timeout: 1m }", "(3,73): '1m' is no timeout; write 10ms to 10s, like 200ms" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, minInterval: 0s }", "(3,77): '0s' is no duration; write a number and a unit (s, m, h or d), like 1m" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, requestsPerSecond: 0 }", "(3,83): 'requestsPerSecond' is '0'; give a whole number from 1 to 1000" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, headers: { authorization: Bearer abc } }", "(3,90): a secret is never written into a file; write the name of a parameter, like 'authorization: \"Bearer ${crm-token}\"', and set that parameter" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, headers: { x-key: \"${nobody}\" } }", "(3,82): the parameter 'nobody' is not set; set configuration Parameters:nobody (environment variable Parameters__nobody)" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, headers: { host: other } }", "(3,75): 'host' is no name of a header that may be sent; write letters, digits and hyphens, like x-api-key, and none that HTTP uses for itself" },
        { "{ url: \"http://crm.test/{email}\", mapping: crm-answer, tiemout: 1s }", "(3,64): unknown key 'tiemout'; did you mean 'timeout'?" },
        { "https://crm.test", "(3,9): 'lookup' must be a mapping, not the text 'https://crm.test'; write it like { url: \"https://crm.example.com/contacts/{email}\", mapping: crm-contact }" },
    };

    [Theory]
    [MemberData(nameof(BadLookUps))]
    public void A_look_up_that_cannot_be(string lookUp, string expected)
    {
        Write(lookUp);

        folder.Errors().ShouldBe([$"sources/demo.yaml{expected}"]);
    }

    [Fact]
    public void Every_key_of_a_look_up_arrives_and_is_stored()
    {
        Write("""
            { url: "https://crm.test/{external:shopify}?m={email}", method: post, headers: { Authorization: "Bearer ${crm-token}" }, identities: [email, phone],
              mapping: crm-answer, timeout: 350ms, requestsPerSecond: 3, minInterval: 2h, privateHost: crm.test }
            """);

        var definition = folder.Definition();
        definition.Mappings.ShouldContain(mapping => mapping.Name == "crm-answer");
        var source = definition.Sources.ShouldHaveSingleItem();
        var stored = DefinitionJson.ReadSource(source.Id, "standard-webhooks", source.Name, true, DefinitionJson.WriteSettings(source)).LookUp.ShouldNotBeNull();
        foreach (var lookUp in (LookUpSettings[])[source.LookUp.ShouldNotBeNull(), stored])
        {
            lookUp.ShouldBe(new LookUpSettings
            {
                Url = "https://crm.test/{external:shopify}?m={email}",
                Method = LookUpMethod.Post,
                Headers = lookUp.Headers,
                Identities = lookUp.Identities,
                MappingName = "crm-answer",
                Timeout = TimeSpan.FromMilliseconds(350),
                RequestsPerSecond = 3,
                MinInterval = TimeSpan.FromHours(2),
                PrivateHost = "crm.test",
            });
            lookUp.Headers.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("Authorization", "Bearer ${crm-token}"));
            lookUp.Identities.ShouldBe(["email", "phone"]);
        }
    }

    [Fact]
    public void A_trait_names_the_source_that_refreshes_it()
    {
        Write("{ url: \"https://crm.test/{email}\", mapping: crm-answer }");
        folder.Write("traits.yaml", "traits:\n  - { name: plan, type: string, refreshFrom: demo }\n");

        var trait = folder.Definition().Traits.ShouldHaveSingleItem();

        trait.RefreshFrom.ShouldBe("demo");
        DefinitionJson.ReadTrait(DefinitionJson.Write(trait)).RefreshFrom.ShouldBe("demo");
    }

    [Fact]
    public void A_trait_is_not_refreshed_from_a_source_that_cannot_be_asked_or_is_not_there()
    {
        folder.Write("traits.yaml", """
            traits:
              - { name: plan, type: string, refreshFrom: demo }
              - { name: tier, type: string, refreshFrom: dmeo }
              - { name: orders, type: integer, refreshFrom: demo, computed: { aggregate: count, event: order.completed } }
            """);

        folder.Errors().ShouldBe(
        [
            "sources/demo.yaml(1,1): trait 'plan' is refreshed from here, but nothing says how to ask; add 'lookup', or remove its 'refreshFrom' in traits.yaml",
            "traits.yaml(3,46): there is no source 'dmeo'; did you mean 'demo'?",
            "traits.yaml(4,49): a computed trait has no 'refreshFrom', since its value comes from events alone; remove it",
        ]);
    }

    private void Write(string lookUp) => folder.Write("sources/demo.yaml", $"kind: standard-webhooks\nsecrets: [\"${{demo-secret}}\"]\nlookup: {lookUp}\n");
}
