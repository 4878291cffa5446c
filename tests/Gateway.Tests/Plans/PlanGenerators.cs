using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Tests.Plans;

/// <summary>A request: document and variables, both as text.</summary>
public sealed record PlanRequest(string Query, string Variables);

/// <summary>Profiles with values that fit their traits and values that do not, and documents of all shapes around what plans know.</summary>
internal static class PlanGenerators
{
    private static readonly string[] TraitNames =
        ["first_name", "plan", "points", "credit", "subscribed", "birthday", "last_seen", "interests", "cart", "orders_30d"];

    private static readonly string[] FieldNames =
        ["firstName", "plan", "points", "credit", "subscribed", "birthday", "lastSeen", "interests", "cart", "orders30d"];

    // A literal of the type of each trait.
    private static readonly string[] Fitting =
        ["\"ü\\\"\"", "\"x\"", "-3", "2.50", "true", "\"2026-11-23\"", "\"2026-11-23T13:00:00+02:00\"", "[\"a\"]", "1", "7", ""];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "12", "1.50", "1e2", "9223372036854775807", "9223372036854775808", "0.1234567890123456789012345678",
        "\"Ann\"", "\"\"", "\"Zoë \\\"Z\\\" <b>&'+\\\\ \\n \\u2028 \\ud83d\\ude00\"", "\"2026-11-23\"", "\"2026-13-01\"", "\"2026-11-23T13:00:00.1200000Z\"",
        "\"2026-11-23T13:00:00.123456789+02:00\"", "\"0001-01-01T00:00:00Z\"", "[]", "[\"a\",\"b\"]", "[\"ä\",1,null]", "[1,2]", "{}",
        "{\"sku\":\"é\",\"n\":[1.0,2e3,{\"x\":null}]}", "{\"a\":\"b\",\"namespace\":\"email\"}",
    ];

    private static readonly string[] Literals = ["\"x\"", "\"ü\\\"\"", "1", "-3", "2.5", "true", "null", "[]", "[\"a\"]", "{ a: 1 }", "\"2026-11-23\"", "\"2026-11-23T13:00:00Z\"", "$no"];

    private static readonly string[] Directives = ["", "", "", "", "", "", "", "", "", "", " @include(if: true)", " @skip(if: true)", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no) @skip(if: $yes)"];

    private static DateTimeOffset Start { get; } = TimeProvider.System.GetUtcNow();

    private static Gen<TraitView> Observed { get; } =
        from value in Gen.OneOf(Values)
        from age in Gen.OneOf(0, 40, 400)
        from days in Gen.OneOf(false, false, false, true)
        from origin in Gen.Enum<TraitOrigin>()
        select new TraitView
        {
            Value = days ? default : JsonElement.Parse(value),
            Days = days ? [new DayBucketView(DayNumber(-40), JsonElement.Parse("3")), new DayBucketView(DayNumber(-2), JsonElement.Parse("4"))] : null,
            ObservedAt = Start.AddDays(-age).AddTicks(age * 1234567),
            ReceivedAt = Start.AddDays(-age).AddMilliseconds(120),
            Source = age == 0 ? "demo" : "zwölf",
            Event = Guid.Parse("019ab000-0000-7000-8000-00000000abcd"),
            Origin = origin,
        };

    public static Gen<TraitView> Trait { get; } =
        from view in Observed
        from below in Observed
        from overriding in Gen.OneOf(0, 0, 0, 1, 2, 3)
        select overriding switch
        {
            0 => view,
            _ => view with
            {
                Value = view.Days is null ? view.Value : JsonElement.Parse("7"),
                Days = null,
                Origin = TraitOrigin.Override,
                Source = "override",
                Until = overriding == 1 ? Start.AddDays(30) : Start.AddDays(-1),
                Below = overriding == 3 ? null : below,
            },
        };

    public static Gen<IReadOnlyDictionary<string, TraitView>> Traits { get; } =
        from kept in Gen.Bool.Array[TraitNames.Length]
        from views in Trait.Array[TraitNames.Length]
        from foreign in Trait
        select (IReadOnlyDictionary<string, TraitView>)TraitNames.Where((_, i) => kept[i]).Select((name, i) => (name, view: views[i]))
            .Append(("dropped_trait", foreign))
            .ToDictionary(pair => pair.Item1, pair => FitDays(pair.Item1, pair.Item2));

    /// <summary>Half of them stay within what is valid, so that much is compiled; the others stray anywhere.</summary>
    public static Gen<PlanRequest> Request(IReadOnlyList<string> emails) => Gen.OneOf(Request(emails, isTame: true), Request(emails, isTame: false));

    private static Gen<PlanRequest> Request(IReadOnlyList<string> emails, bool isTame) =>
        from fields in ProfileFields(2, isTame)
        from a in ProfileFields(1, isTame)
        from b in TraitFields(isTame)
        from root in isTame
            ? Gen.OneOf("profile", "mine: profile")
            : Gen.OneOf("profile", "mine: profile", "profile @include(if: $yes)", "... { profile", "__typename profile")
        from key in isTame
            ? Gen.OneOf("{ email: $email }", "$by", "{ userId: $email }", "{ email: \"known@shop.test\" }")
            : Gen.OneOf("{ email: $email }", "$by", "{ id: $email }", "{ external: { system: \"a\", id: $email } }", "{ email: $email, id: $email }")
        from email in Gen.OneOf([.. emails.Select(Quoted), Quoted("nobody@shop.test"), Quoted("no email"), Quoted(" KNOWN@Shop.test "), Quoted("2026-11-23T13:00:00Z"), .. isTame ? Array.Empty<string>() : ["null", "1", "[]", "\"\\ud800\""]])
        from yes in isTame ? Gen.OneOf("true", "false") : Gen.OneOf("true", "false", "null", "\"true\"")
        from extra in isTame ? Gen.OneOf("") : Gen.OneOf("", ",\"other\":1", ",\"email\":\"twice@shop.test\"")
        select Assemble($"{{ {root}(by: {key}) {{ {fields} }} {(root.StartsWith("...", StringComparison.Ordinal) ? "}" : "")} }}", a, b, email, yes, extra);

    private static Gen<string> ProfileFields(int depth, bool isTame) => ProfileField(depth, isTame).Array[1, 5].Select(fields => string.Join(' ', fields));

    private static Gen<string> ProfileField(int depth, bool isTame) =>
        from field in Gen.OneOf(
            Gen.OneOf("id", "version", "updatedAt", "__typename", "v: version", "overrides { trait value reason author expiresAt }", "identities { namespace value firstSeenAt lastSeenAt source __typename }", "identities { ns: namespace value @skip(if: $yes) }"),
            TraitFields(isTame).Select(inner => $"traits {{ {inner} }}"),
            Gen.OneOf(Enumerable.Range(0, TraitNames.Length).Select(n => $"t{n}: trait(name: \"{TraitNames[n]}\") {{ name value observedAt receivedAt source event origin freshness __typename }}")
                .Append("t10: trait(name: \"dropped_trait\") { value freshness origin }").Append("t11: trait(name: \"no_trait\") { value }").ToArray()),
            isTame ? Gen.OneOf("id", "t12: trait(name: $email) { name }") : Gen.OneOf("events(first: 1) { edges { cursor } }", "nothing", "trait(name: $email) { name value }"),
            depth == 0 ? Gen.OneOf("id", "version") : ProfileField(depth - 1, isTame).Array[1, 3].Select(inner => $"... on Profile {{ {string.Join(' ', inner)} }}"),
            depth < 2 ? Gen.OneOf("id", "version") : Gen.OneOf("...A", "...A"))
        from directive in Gen.OneOf(Directives)
        select WithDirective(field, directive);

    private static Gen<string> TraitFields(bool isTame) => TraitField(isTame).Array[1, 6].Select(fields => string.Join(' ', fields));

    // A tame alias names the arguments, so that equal aliases are equal fields.
    private static Gen<string> TraitField(bool isTame) =>
        from trait in Gen.Int[0, TraitNames.Length]
        from alias in Gen.Int[0, 5]
        from maxAge in isTame ? Gen.OneOf("", "", "maxAge: \"30d\" ", "maxAge: \"P400D\" ") : Gen.OneOf("", "maxAge: \"soon\" ", "maxAge: null ")
        from onStale in isTame
            ? Gen.OneOf("", "onStale: SERVE ", "onStale: DEFAULT ", "onStale: NULL ", "onStale: ERROR ")
            : Gen.OneOf("", "onStale: REFRESH ", "onStale: ERROR ", "onStale: LATER ")
        from standIn in isTame ? Gen.OneOf(0, 0, 1).Select(given => given == 1 ? $"default: {Fitting[trait]}" : "") : Gen.OneOf(Literals).Select(literal => $"default: {literal}")
        from directive in Gen.OneOf(Directives)
        select Named(trait, isTame ? Math.Abs(string.GetHashCode(maxAge + onStale + standIn, StringComparison.Ordinal)) % 100_000 : alias, maxAge + onStale + standIn) + directive;

    private static string Named(int trait, int alias, string arguments) => trait == TraitNames.Length ? "__typename"
        : $"{FieldNames[trait]}{alias}: {FieldNames[trait]}{(arguments.Length == 0 ? "" : $"({arguments})")}";

    private static int DayNumber(int offset) => (int)((Start.UtcDateTime - DateTime.UnixEpoch).TotalDays + offset);

    // Only a windowed trait has days.
    private static TraitView FitDays(string name, TraitView view) =>
        name == "orders_30d" ? view : view.Below is { } below ? Plain(view) with { Below = Plain(below) } : Plain(view);

    private static TraitView Plain(TraitView view) => view.Days is null ? view : view with { Days = null, Value = JsonElement.Parse("7") };

    private static string WithDirective(string field, string directive)
    {
        var brace = field.IndexOf('{', StringComparison.Ordinal);
        return brace < 0 ? field + directive : field.Insert(brace, directive.TrimStart() + " ");
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    // Declares what is used: an unused variable or fragment is invalid.
    private static PlanRequest Assemble(string selection, string a, string b, string email, string yes, string extra)
    {
        var text = selection;
        if (text.Contains("...A", StringComparison.Ordinal))
            text += $" fragment A on Profile {{ {a.Replace("...A", "id", StringComparison.Ordinal)} traits {{ ...B }} }} fragment B on Traits {{ {b} }}";

        var declared = new List<string>();
        var given = new List<string>();
        foreach (var (name, type, value) in new[] { ("email", "String!", email), ("by", "ProfileKey!", $"{{\"email\":{email}}}"), ("yes", "Boolean!", yes), ("no", "Boolean! = false", null) })
        {
            if (!Regex.IsMatch(text, $"\\${name}\\b", RegexOptions.None, TimeSpan.FromSeconds(1)))
                continue;
            declared.Add($"${name}: {type}");
            if (value is not null)
                given.Add($"\"{name}\":{value}");
        }

        return new PlanRequest(declared.Count == 0 ? text : $"query Q({string.Join(", ", declared)}) {text}", $"{{{string.Join(',', given)}{(given.Count == 0 ? "" : extra)}}}");
    }
}
