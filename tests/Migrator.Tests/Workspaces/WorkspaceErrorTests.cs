namespace Freshet.Migrator.Tests.Workspaces;

/// <summary>What a person reads who made a mistake: every message names the place, the fault and the cure.</summary>
public sealed class WorkspaceErrorTests : IDisposable
{
    private readonly WorkspaceFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string> BadTraits => new()
    {
        // A trait, and what is said about it. The trait begins at line 2, column 5.
        { "- { name: a, typ: string }", "(2,5): 'type' is missing; add one of: string, integer, decimal, boolean, date, datetime, list, object, money, duration, enum|(2,16): unknown key 'typ'; did you mean 'type'?" },
        { "- { type: string }", "(2,5): 'name' is missing; name the trait in snake case, like first_name" },
        { "- { name: a, type: string, colour: red }", "(2,30): unknown key 'colour'; use one of: name, type, description, personal, policy, sourcePriority, maxAge, default, computed, format, values, minimum, maximum, maxLength, pattern, missing, refreshFrom" },
        { "- { name: a, type: text }", "(2,22): 'text' is no type; use one of: string, integer, decimal, boolean, date, datetime, list, object, money, duration, enum" },
        { "- { name: a, type: bolean }", "(2,22): 'bolean' is no type; did you mean 'boolean'?" },
        { "- { name: firstName, type: string }", "(2,13): 'firstName' is no name for a trait; write it in snake case, like first_name" },
        { "- { name: a__b, type: string }", "(2,13): 'a__b' is no name for a trait; write it in snake case, like a_b" },
        { "- { name: user_id, type: string }", "(2,13): 'user_id' is reserved, since events and profiles have it already; choose another name, like customer_user_id" },
        { "- { name: a, type: string }\n  - { name: a, type: string }", "(3,13): the trait 'a' stands here a second time; remove one of the two" },
        { "- { name: a_1, type: string }\n  - { name: a1, type: string }", "(3,13): 'a1' and 'a_1' would both be 'a1' in GraphQL; rename one of the two" },
        { "- { name: a, type: string, personal: yes }", "(2,40): 'personal' must be true or false, not the text 'yes'; write it without quotes" },
        { "- { name: a, type: string, personal: \"true\" }", "(2,40): 'personal' must be true or false, not the text 'true'; write it without quotes" },
        { "- { name: a, type: string, policy: newest }", "(2,38): 'newest' is no policy; use one of: latest, first, max, min, sum, union, source-priority" },
        { "- { name: a, type: string, policy: sum }", "(2,38): policy 'sum' does not fit type 'string'; it needs integer or decimal" },
        { "- { name: a, type: string, policy: union }", "(2,38): policy 'union' does not fit type 'string'; it needs list" },
        { "- { name: a, type: boolean, policy: max }", "(2,39): policy 'max' does not fit type 'boolean'; it needs integer or decimal or date or datetime" },
        { "- { name: a, type: string, policy: source-priority }", "(2,5): 'sourcePriority' is missing; policy 'source-priority' needs the sources from most to least trusted, like 'sourcePriority: [app, demo]'" },
        { "- { name: a, type: string, policy: source-priority, sourcePriority: [dmeo] }", "(2,72): there is no source 'dmeo'; did you mean 'demo'?" },
        { "- { name: a, type: string, policy: source-priority, sourcePriority: demo }", "(2,71): 'sourcePriority' must be a list, not the text 'demo'; write its items like '- demo'" },
        { "- { name: a, type: string, sourcePriority: [demo] }", "(2,46): 'sourcePriority' has no effect here; add 'policy: source-priority' or remove it" },
        { "- { name: a, type: string, maxAge: 30 }", "(2,38): '30' is no duration; write a number and a unit (s, m, h or d), like 30d" },
        { "- { name: a, type: integer, default: 1.5 }", "(2,40): the default is '1.5', but the trait's type is 'integer'; write it like 'default: 0'" },
        { "- { name: a, type: integer, default: \"1\" }", "(2,40): the default is the text '1', but the trait's type is 'integer'; write it like 'default: 0'" },
        { "- { name: a, type: string, default: 12 }", "(2,39): the default is '12', but the trait's type is 'string'; write it like 'default: \"friend\"'" },
        { "- { name: a, type: date, default: 23.11.2026 }", "(2,37): the default is the text '23.11.2026', but the trait's type is 'date'; write it like 'default: 2026-11-23'" },
        { "- { name: a, type: datetime, default: 2026-11-23 }", "(2,41): the default is the text '2026-11-23', but the trait's type is 'datetime'; write it like 'default: 2026-11-23T10:00:00Z'" },
        { "- { name: a, type: list, default: [1] }", "(2,37): the default is a list, but the trait's type is 'list'; write it like 'default: [news, offers]', each item a text" },
        { "- { name: a, type: object, default: [] }", "(2,39): the default is a list, but the trait's type is 'object'; write it like 'default: { key: value }'" },
        { "- { name: a, type: integer, computed: count }", "(2,41): 'computed' must be a mapping, not the text 'count'; write it like { aggregate: count, event: order.completed }" },
        { "- { name: a, type: integer, computed: { aggregate: count } }", "(2,41): 'event' is missing; name the event type that it reads, like order.completed" },
        { "- { name: a, type: integer, computed: { event: x } }", "(2,41): 'aggregate' is missing; add one of: count, sum, min, max, first, last, distinct" },
        { "- { name: a, type: decimal, computed: { aggregate: average, event: x } }", "(2,54): 'average' is no aggregate; use one of: count, sum, min, max, first, last, distinct" },
        { "- { name: a, type: decimal, computed: { aggregate: sum, event: order.completed } }", "(2,41): 'property' is missing; 'sum' needs the path of a value in the event, like 'property: total'" },
        { "- { name: a, type: integer, computed: { aggregate: count, event: x, property: total } }", "(2,81): 'count' counts events and reads no property; remove it, or use 'distinct' to count different values" },
        { "- { name: a, type: integer, computed: { aggregate: count, event: Order Completed } }", "(2,68): 'Order Completed' is no event type; write lower-case words with dots between, in the past tense, like order.completed" },
        { "- { name: a, type: integer, computed: { aggregate: distinct, event: x, property: a..b } }", "(2,84): 'a..b' is no path; write names with dots between, like order.total" },
        { "- { name: a, type: integer, computed: { aggregate: count, event: x, window: 30 } }", "(2,79): '30' is no window; write whole days, from 1d to 400d" },
        { "- { name: a, type: integer, computed: { aggregate: count, event: x, window: 12h } }", "(2,79): '12h' is no window; write whole days, from 1d to 400d" },
        { "- { name: a, type: string, computed: { aggregate: count, event: x } }", "(2,22): 'count' does not give a value of type 'string'; set 'type: integer'" },
        { "- { name: a, type: string, computed: { aggregate: last, event: x } }", "(2,22): 'last' without a property gives the event's time; set 'type: datetime'" },
        { "- { name: a, type: integer, policy: sum, computed: { aggregate: count, event: x } }", "(2,39): a computed trait has no 'policy', since its value comes from events alone; remove it" },
        { "- first_name", "(2,5): an item of 'traits' must be a mapping, not the text 'first_name'; write it like { name: first_name, type: string }" },
        { "- { name: plan, type: enum }", "(2,5): 'values' is missing; an enum needs the texts that it can be, like 'values: [free, pro]'" },
        { "- { name: plan, type: enum, values: [free, Free] }", "(2,46): 'Free' stands here a second time (case does not count); remove one of the two" },
        { "- { name: plan, type: enum, values: [free], default: pro }", "(2,56): the default is no value that the trait would take (enum.not-listed); write one that it would" },
        { "- { name: age, type: integer, format: email }", "(2,41): 'format' does not fit type 'integer'; it is for string, list, so remove it" },
        { "- { name: age, type: integer, minimum: 9, maximum: 3 }", "(2,42): 'minimum' is above 'maximum', so nothing would be taken; swap them" },
        { "- { name: age, type: integer, minimum: old }", "(2,42): 'minimum' is the text 'old', but the trait's type is 'integer'; write a value of that type" },
        { "- { name: sku, type: string, pattern: '(a)\\1' }", "(2,41): this pattern could take forever on some texts; write it without lookarounds, backreferences and atomic groups" },
        { "- { name: mail, type: string, format: email, default: nobody }", "(2,57): the default is no value that the trait would take (format.mismatch); write one that it would" },
        { "- { name: top, type: integer, policy: max, missing: null }", "(2,55): under policy 'max' nothing can be taken back; set 'missing: keep', or another policy" },
        { "- { name: spent, type: money, policy: sum }", "(2,41): policy 'sum' does not fit type 'money'; it needs integer or decimal" },
        { "- { name: spent, type: money, default: 3 }", "(2,42): the default is '3', but the trait's type is 'money'; write it like 'default: { amount: \"0.00\", currency: EUR }'" },
        { "- { name: orders, type: integer, missing: keep, computed: { aggregate: count, event: order.completed } }", "(2,45): a computed trait has no 'missing', since its value comes from events alone; remove it" },
        { "- { name: [a], type: string }", "(2,13): 'name' must be text, not a list; write it on the same line, in quotes if it has special characters" },
    };

    [Theory]
    [MemberData(nameof(BadTraits))]
    public void A_trait_that_cannot_be(string trait, string expected)
    {
        folder.Write("traits.yaml", $"traits:\n  {trait}\n");
        folder.Write("sources/demo.yaml", "kind: standard-webhooks\nsecrets: [\"${demo-secret}\"]\n");

        folder.Errors().ShouldBe(expected.Split('|').Select(message => $"traits.yaml{message}"));
    }

    public static TheoryData<string, string> BadSources => new()
    {
        { "secrets: [\"${demo-secret}\"]", "(1,1): 'kind' is missing; add one of: standard-webhooks, tracking, svix, stripe, shopify, hubspot, woocommerce, sendgrid, mailgun, postmark, amazon-sns, dataverse, salesforce, meta, microsoft-graph, cloudevents, github, hmac, mixpanel, ga4" },
        { "kind: webhook\nsecrets: [\"${demo-secret}\"]", "(1,7): 'webhook' is no kind; use one of: standard-webhooks, tracking, svix, stripe, shopify, hubspot, woocommerce, sendgrid, mailgun, postmark, amazon-sns, dataverse, salesforce, meta, microsoft-graph, cloudevents, github, hmac, mixpanel, ga4" },
        { "kind: trackin\nsecrets: [\"${demo-secret}\"]", "(1,7): 'trackin' is no kind; did you mean 'tracking'?" },
        { "kind: ga4\nsecrets: [\"${write-key}\"]", "(1,1): 'measurementId' is missing; name the stream whose events are taken, like 'measurementId: G-1A2BCD345E' (of an app: its Firebase app id)" },
        { "kind: mixpanel\nsecrets: [\"${write-key}\"]\nmeasurementId: a b", "(3,16): 'measurementId' is for ga4; remove it|(3,16): 'a b' is no measurement id; write it as Google Analytics shows it, like G-1A2BCD345E, or a Firebase app id" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\nmapping: Web Shop", "(3,10): 'Web Shop' is no name of a mapping; write the name of its file in mappings/ without .yaml, like web-shop" },
        { "kind: hubspot\nsecrets: [\"${vendor-key}\"]", "(1,1): 'publicUrl' is missing; HubSpot signs the address that it calls; give it as HubSpot knows it, like 'publicUrl: https://hooks.example.com/webhooks/crm'" },
        { "kind: hubspot\nsecrets: [\"${vendor-key}\"]\npublicUrl: hooks.example.com", "(3,12): 'hooks.example.com' is no address of a webhook; write it whole and without a query, like https://hooks.example.com/webhooks/crm" },
        { "kind: stripe\nsecrets: [\"${vendor-key}\"]", "(2,11): the value of parameter 'vendor-key' is no signing secret of Stripe; give the one that the endpoint's page shows, 'whsec_' and what follows" },
        { "kind: sendgrid\nsecrets: [\"${vendor-key}\"]", "(2,11): the value of parameter 'vendor-key' is no verification key of SendGrid; give the public key that the settings of the Event Webhook show (an ECDSA P-256 key in base64)" },
        { "kind: github\nsecrets: [\"${short-key}\"]", "(2,11): the value of parameter 'short-key' is too short to be a secret, or has control characters; give at least 16 characters" },
        { "kind: github\nsecrets: [\"${vendor-key}\"]\ntopicArns: [a]", "(3,12): 'topicArns' is for amazon-sns; remove it|(3,13): 'a' is no topic; write its ARN, like arn:aws:sns:eu-west-1:123456789012:mail" },
        { "kind: amazon-sns\nsecrets: [\"${vendor-key}\"]\ntopicArns: []", "(2,10): Amazon SNS signs by its certificates and has no secret with us; remove 'secrets', and name your topics in 'topicArns'|(3,12): without a topic nothing is taken; name at least one, like \"arn:aws:sns:eu-west-1:123456789012:mail\"" },
        { "kind: salesforce\nsecrets: [\"${vendor-key}\"]\norganizationId: 5g00000", "(3,17): '5g00000' is no organization id; write its 15 or 18 letters and digits, like 00D5g000004ABCDEA2" },
        { "kind: meta\nsecrets: [\"${vendor-key}\"]\nverifyToken: hunter2", "(3,14): a secret is never written into a file; write the name of a parameter, like \"${demo-webhook-secret}\", and set that parameter" },
        { "kind: dataverse\nsecrets: [\"${vendor-key}\"]\nkeyHeader: Authorization", "(3,12): 'Authorization' is no name of a header that may be used; write letters, digits and hyphens, like x-signature, and none that HTTP uses for itself" },
        { "kind: postmark\nsecrets: [\"${vendor-key}\"]\nbasicUser: \"a:b\"", "(3,12): 'a:b' is no user name; write visible characters without a colon, like freshet" },
        { "kind: hmac\nsecrets: [\"${vendor-key}\"]", "(1,1): 'hmac' is missing; say how the sender signs, like 'hmac: { header: x-signature, prefix: \"sha256=\" }'" },
        { "kind: hmac\nsecrets: [\"${vendor-key}\"]\nhmac: { header: x-s, timestampHeader: x-t, signed: \"{body}\" }", "(3,39): 'timestampHeader' is not signed, so anybody could change it; add {timestamp} to 'signed', or remove 'timestampHeader'" },
        { "kind: hmac\nsecrets: [\"${vendor-key}\"]\nhmac: { header: x-s, signed: \"{id}{body}\", idHeader: x-i }", "(3,30): '{id}{body}' does not say what is signed; write {body} once, and {timestamp} and {id} at most once with one of . : , ; after them, like \"{timestamp}.{body}\"" },
        { "kind: hmac\nsecrets: [\"${vendor-key}\"]\nhmac: { header: x-s, signed: \"{timestamp}.{body}\" }", "(3,30): '{timestamp}' is signed, but from no header; add 'timestampHeader'" },
        { "kind: hmac\nsecrets: [\"${vendor-key}\"]\nhmac: { header: x-s, tolerance: 5m }", "(3,33): 'tolerance' has no effect without a signed time; add 'timestampHeader' or remove it" },
        { "kind: hmac\nsecrets: [\"${vendor-key}\"]\nhmac: { header: x-s, idPath: a..b }", "(3,30): 'a..b' is no path; write names with dots between, like data.event.id" },
        { "kind: hmac\nsecrets: [\"${vendor-key}\"]\nhmac: { header: x-s, algorithm: md5 }", "(3,33): 'md5' is no algorithm; use one of: sha256, sha1, sha512" },
        { "kind: tracking", "(1,1): 'secrets' is missing; name the parameter that holds the secret, like 'secrets: [\"${demo-secret}\"]'" },
        { "kind: tracking\nsecrets: []", "(2,10): a source without a secret would accept anything from anybody; name at least one parameter, like \"${demo-webhook-secret}\"" },
        { "kind: tracking\nsecrets: [hunter2]", "(2,11): a secret is never written into a file; write the name of a parameter, like \"${demo-webhook-secret}\", and set that parameter" },
        { "kind: tracking\nsecrets: [\"${shop-key}\"]", "(2,11): the parameter 'shop-key' is not set; set configuration Parameters:shop-key (environment variable Parameters__shop-key, or in a shell Parameters__shop_key)" },
        { "kind: standard-webhooks\nsecrets: [\"${write-key}\"]", "(2,11): the value of parameter 'write-key' is no key of Standard Webhooks; give 'whsec_' and 24 to 64 bytes in base64, or 'whpk_' and an ed25519 public key (32 bytes in base64)" },
        { "kind: standard-webhooks\nsecrets: [\"${short-secret}\"]", "(2,11): the value of parameter 'short-secret' is no key of Standard Webhooks; give 'whsec_' and 24 to 64 bytes in base64, or 'whpk_' and an ed25519 public key (32 bytes in base64)" },
        { "kind: tracking\nsecrets: [\"${short-key}\"]", "(2,11): the value of parameter 'short-key' is no write key; give at least 16 letters and digits, without spaces and colons" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\nenabled: 1", "(3,10): 'enabled' must be true or false, not '1'; write it without quotes" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\nevents: [Order Completed]", "(3,10): 'Order Completed' is no event type; write lower-case words with dots between, in the past tense, like order.completed" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\ntraits: { score: data.plan }", "(3,11): there is no trait 'score' in traits.yaml; add it there, or remove it here" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\ntraits: { first_nam: a }", "(3,11): there is no trait 'first_nam' in traits.yaml; did you mean 'first_name'?" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\ntraits: { orders: data.orders }", "(3,11): 'orders' is a computed trait, which no source can set; remove it here or 'computed' there" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\ntraits: { plan: \"data[0].plan\" }", "(3,17): 'data[0].plan' is no path; write names with dots between, like data.customer.number" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\ntraits: [plan]", "(3,9): 'traits' must be a mapping, not a list; write it like 'plan: data.subscription.plan'" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\nidentities: { userid: data.id }", "(3,15): 'userid' is no identity namespace; did you mean 'user_id'?" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\nmaxBodyBytes: 2048", "(3,15): 'maxBodyBytes' is for webhooks; tracking has limits of its own (docs/senders.md), so remove it" },
        { "kind: standard-webhooks\nsecrets: [\"${demo-secret}\"]\nmaxBodyBytes: 1 MiB", "(3,15): 'maxBodyBytes' is the text '1 MiB'; give a whole number from 1024 to 16777216" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\neventsPerSecond: 0", "(3,18): 'eventsPerSecond' is '0'; give a whole number from 1 to 1000000" },
        { "kind: tracking\nsecret: [\"${write-key}\"]", "(1,1): 'secrets' is missing; name the parameter that holds the secret, like 'secrets: [\"${demo-secret}\"]'|(2,1): unknown key 'secret'; did you mean 'secrets'?" },
        { "", "(1,1): the file is empty; write 'name: ...' at the beginning of a line" },
        { "- kind: tracking", "(1,1): the file must hold a mapping, not a list; write 'name: ...' at the beginning of a line" },
        { "kind: tracking\nkind: tracking", "(2,1): the key 'kind' stands here a second time; remove one of the two" },
        { "kind: \"tracking", "(1,7): not valid YAML: While scanning a quoted scalar, found unexpected end of stream; look for a wrong indentation, a missing colon or quote here or on the line before" },
        { "kind: tracking\ntraits:\n\tplan: a", "(3,1): a tab in the indentation; YAML indents with spaces" },
        { "kind: tracking\nsecrets: [\"${write-key}\"]\n---\nkind: tracking", "(4,1): a second document begins here; keep one per file and remove '---'" },
    };

    [Theory]
    [MemberData(nameof(BadSources))]
    public void A_source_that_cannot_be(string source, string expected)
    {
        folder.Parameters["short-secret"] = "whsec_c2hvcnQ=";
        folder.Parameters["short-key"] = "abc";
        folder.Parameters["vendor-key"] = "a-key-of-more-than-16-letters";
        folder.Write("sources/demo.yaml", source);

        folder.Errors().ShouldBe(expected.Split('|').Select(message => $"sources/demo.yaml{message}"));
    }

    [Fact]
    public void All_errors_of_all_files_come_at_once_in_the_order_of_places()
    {
        folder.Write("traits.yaml", "traits:\n  - { name: A, type: x }\n  - { name: b, typo: y, type: string }\n");
        folder.Write("sources/Demo_Shop.yaml", "kind: none\nsecrets: [x]\n");
        folder.Write("sources/other.yml", "kind: tracking\n");
        folder.Write("sources/broken.yaml", "kind: [\n");

        folder.Errors().Select(error => error[..error.IndexOf(':')]).ShouldBe(
        [
            "sources/Demo_Shop.yaml(1,1)", "sources/Demo_Shop.yaml(1,7)", "sources/Demo_Shop.yaml(2,11)", "sources/broken.yaml(2,1)",
            "sources/demo.yaml(3,11)", "sources/other.yml(1,1)", "traits.yaml(2,13)", "traits.yaml(2,22)", "traits.yaml(3,16)",
        ]);
    }

    [Fact]
    public void Missing_files_and_folders_are_named_with_what_to_do()
    {
        File.Delete(Path.Combine(folder.Path, "traits.yaml"));
        Directory.Delete(Path.Combine(folder.Path, "sources"), recursive: true);

        folder.Errors().ShouldBe(
        [
            "sources(1,1): the folder is missing; create it with one file per source, like sources/demo.yaml",
            "traits.yaml(1,1): the file is missing; create it with the traits that a profile has, beginning with 'traits:'",
        ]);

        Freshet.Migrator.Workspaces.WorkspaceReader.Read("/nowhere", _ => null).Errors.ShouldHaveSingleItem().ToString()
            .ShouldBe("/nowhere(1,1): the workspace folder does not exist; set Workspace:Path (environment variable Workspace__Path) to a folder with traits.yaml and sources/");
    }

    [Fact]
    public void Two_sources_may_not_share_a_write_key()
    {
        folder.Write("sources/app.yaml", "kind: tracking\nsecrets: [\"${write-key}\"]\n");
        folder.Write("sources/web.yaml", "kind: tracking\nsecrets: [\"${write-key}\"]\n");

        folder.Errors().ShouldBe(
            ["sources/web.yaml(2,11): the write key of parameter 'write-key' is also that of source 'app', but it must tell which source is calling; give each its own"]);
    }

    [Fact]
    public void A_secret_is_never_shown()
    {
        folder.Parameters["demo-secret"] = "hunter2";
        folder.Write("sources/app.yaml", "kind: tracking\nsecrets: [hunter3, \"${demo-secret}\"]\n");

        string.Join('\n', folder.Errors()).ShouldNotContain("hunter");
    }
}
