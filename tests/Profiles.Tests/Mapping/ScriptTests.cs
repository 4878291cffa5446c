using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Testing;

namespace Freshet.Profiles.Tests.Mapping;

public sealed class ScriptTests
{
    private static readonly TraitDictionary Traits = new(1, [new() { Name = "first_name", Type = TraitType.String }, new() { Name = "age", Type = TraitType.Integer }]);

    [Fact]
    public void A_script_gives_time_identities_traits_and_properties()
    {
        var @event = Understood("""
            function transformEvent(event, metadata) {
              const person = event.people.find(p => p.main);
              return {
                at: new Date(event.at * 1000).toISOString(),
                identities: { email: person.mail.toLowerCase(), 'external:crm': [person.id] },
                traits: { first_name: person.name.split(' ')[0], age: person.age, unknown: 1 },
                properties: { type: metadata.type, source: metadata.source, topic: metadata.headers['x-topic'], message: metadata.messageId, names: event.people.map(p => p.name).join(', ') },
              };
            }
            """, """{"at": 1795428000, "people": [{"name": "Bob B"}, {"main": true, "id": 7, "mail": "Ann@Example.com", "name": "Ann Lee", "age": 41}]}""");

        @event.Type.ShouldBe("thing.happened");
        @event.OccurredAt.ShouldBe(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        @event.Identities.Select(identity => $"{identity.Namespace}={identity.Value}").ShouldBe(["external:crm=7", "email=ann@example.com"]);
        @event.Traits.Select(trait => $"{trait.Key}={trait.Value.GetRawText()}").ShouldBe(["first_name=\"Ann\"", "age=41"]);
        @event.Properties.GetRawText().ShouldBe("""{"type":"thing.happened","source":"shop","topic":"a/b","message":"m","names":"Bob B, Ann Lee"}""");
    }

    [Fact]
    public void A_script_knows_no_clock_and_no_chance_so_a_replay_gives_the_same()
    {
        var @event = Understood("""
            let seen = 0;
            function transformEvent(event) {
              seen++;
              return { identities: { user_id: 'u' }, properties: { seen, now: new Date().toISOString(), ms: Date.now(), chance: typeof Math.random } };
            }
            """, "{}");

        @event.Properties.GetRawText().ShouldBe("""{"seen":1,"now":"2026-11-23T12:00:00.000Z","ms":1795435200000,"chance":"undefined"}""");
        @event.OccurredAt.ShouldBe(TestMapping.ReceivedAt);
    }

    [Theory]
    [InlineData("function transformEvent(e) { throw new Error(e.secret); }", "script.failed")]
    [InlineData("function transformEvent(e) { return e.missing.deeper; }", "script.failed")]
    [InlineData("function transformEvent(e) { return null; }", "script.result")]
    [InlineData("function transformEvent(e) { }", "script.result")]
    [InlineData("function transformEvent(e) { return 'text'; }", "script.result")]
    [InlineData("function transformEvent(e) { return {}; }", "script.result")]
    [InlineData("function transformEvent(e) { return { identities: 'x' }; }", "script.result")]
    [InlineData("function transformEvent(e) { return { at: 'soon', identities: { user_id: 'u' } }; }", "mapping.date")]
    [InlineData("function transformEvent(e) { return { identities: {} }; }", "identity.missing")]
    [InlineData("function transformEvent(e) { const a = {}; a.a = a; return a; }", "script.failed")]
    [InlineData("function transformEvent(e) { return { identities: { user_id: '\\ud800' } }; }", "script.result")]
    [InlineData("var transformEvent = 5;", "script.failed")]
    public void A_script_that_gives_no_event_parks_it_and_tells_no_value(string script, string code)
    {
        var refusal = Refused(script, """{"secret": "secret-value"}""");

        (refusal.Stage, refusal.Code).ShouldBe(("map", code));
        refusal.Reason.ShouldNotContain("secret-value");
    }

    public static TheoryData<string> Bombs => new()
    {
        "while (true) {}",
        "for (;;) { [1, 2, 3].map(x => x + 1); }",
        "function deep(n) { return deep(n + 1) + 1; } deep(0);",
        "const a = {}; a.toString = () => '' + a; '' + a;",
        "const a = {}; a.toString = function () { return `${a}`; }; '' + a;",
        "const a = { get x() { return a.x; } }; a.x;",
        "const a = { toJSON: function () { return JSON.stringify(a); } }; JSON.stringify(a);",
        "const f = function () { return [1].map(f); }; f();",
        "const f = function () { return 'x'.replace('x', f); }; f();",
        "let f = () => f(); for (let i = 0; i < 20000; i++) f = f.bind(null); f();",
        "let s = 'x'; while (true) s += s;",
        "let s = 'x'.repeat(1e9);",
        "let s = 'x'.padStart(2**29);",
        "let s = 'x'.padEnd(2**29);",
        "let s = 'x'.repeat(100000); s.replaceAll('x', s);",
        "let s = 'x'.repeat(100000); s.replace(/x/g, s);",
        "let s = 'x'.repeat(100000).split(''); s.join('x'.repeat(100000));",
        "const a = []; while (true) a.push(new Array(1000).fill('x'));",
        "new Array(1e9).fill(0);",
        "new Array(4294967295).join('x');",
        "Array.from({ length: 1e9 });",
        "Array(9999).fill('x'.repeat(900000)).toString();",
        "let a = [1]; for (;;) a = a.concat(a);",
        "new ArrayBuffer(1e9);",
        "new Uint8Array(1e9);",
        "/(a+)+$/.test('a'.repeat(40) + 'b');",
        "const s = 'a'.repeat(30); new RegExp('^(([a-z])+.)+[A-Z]([a-z])+$').test(s);",
        "JSON.parse('['.repeat(100000));",
        "let o = {}; for (let i = 0; i < 60; i++) o = { a: o, b: o }; JSON.stringify(o);",
        "let o = {}; for (let i = 0; i < 60; i++) o = { a: o, b: o }; const p = o; return { identities: { user_id: { toJSON: () => p } } };",
        "let o = {}; for (let i = 0; i < 60; i++) o = { a: o, b: o }; return { identities: o };",
        "let o = [1]; for (let i = 0; i < 60; i++) o = [o, o]; o.flat(Infinity);",
        "const a = Array(9999).fill(1); [].concat(...Array(9999).fill(a));",
        "const a = Array(9999).fill(1); Array(9999).fill(0).flatMap(() => a);",
        "const s = 'x'.repeat(900000); s.replace(/x/g, () => s);",
        "const a = Array(9999).fill(1); let o = {}; for (let i = 0; i < 9999; i++) o['k' + i] = [...a];",
        "const o = []; for (let i = 0; i < 2000; i++) o.push('x'.repeat(90000)); JSON.stringify(o);",
        "const big = 2n ** 100000000n;",
        "eval('while(true){}');",
        "new Function('while(true){}')();",
        "(() => {}).constructor('while(true){}')();",
        "new Promise(r => r()).then(() => { while (true) {} }); while (true) {}",
        "String.prototype.repeat.call('x', 1e9);",
        "Reflect.apply(''.repeat, 'x', [1e9]);",
        "let t = 'a,'.repeat(400000); let n = 0; while (true) { n += t.split(',').length; }",
        "const s = 'x'.repeat(1000000); const a = []; for (let i = 0; i < 9999; i++) a.push(s + i); return { identities: { user_id: a } };",
        "const d = []; let c = d; for (let i = 0; i < 20000; i++) { c.push([]); c = c[0]; } JSON.stringify(d);",
        "const d = []; let c = d; for (let i = 0; i < 20000; i++) { c.push([]); c = c[0]; } return { identities: { user_id: d } };",
        "'a'.repeat(1000000).localeCompare('b'); while (true) 'a'.repeat(1000000).normalize('NFD');",
        "[...'x'.repeat(1000000)].sort(() => { while (true) {} });",
        "let s = 'x'.repeat(1000000); let t = `${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}`; while (true) t = `${t}${t}`;",
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_hostile_script_is_stopped_in_bounded_time_and_memory(string attack)
    {
        var script = $"function transformEvent(event) {{ {attack}\n return {{ identities: {{ user_id: '' }} }}; }}";
        Refused("function transformEvent(event) { return { identities: { user_id: '' } }; }", "{}");
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var began = ThreadClock.Now;

        var refusal = Refused(script, "{}");

        refusal.Code.ShouldBeOneOf("script.limit", "script.failed", "script.result", "identity.missing");
        (ThreadClock.Now - began).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(400L * 1024 * 1024);
    }

    [Theory]
    [InlineData("System.IO.File.ReadAllText('/etc/passwd')")]
    [InlineData("importNamespace('System')")]
    [InlineData("require('fs')")]
    [InlineData("fetch('http://localhost')")]
    [InlineData("process.env")]
    [InlineData("this.constructor.constructor('return 1')()")]
    [InlineData("event.GetType()")]
    [InlineData("globalThis.clr.System")]
    public void A_script_reaches_nothing_outside(string attack) =>
        Refused($"function transformEvent(event) {{ {attack}; return {{ identities: {{ user_id: 'u' }} }}; }}", "{}").Code.ShouldBe("script.failed");

    [Fact]
    public void What_one_event_does_to_the_prototypes_the_next_does_not_see()
    {
        var mapping = Mapping("""
            function transformEvent(event) {
              const polluted = {}.polluted === true || [].map.call === undefined || String.prototype.trim.tampered;
              Object.prototype.polluted = true; Array.prototype.map = undefined; String.prototype.trim.tampered = true; globalThis.kept = 1;
              Object.prototype.toJSON = function () { return 'x'; };
              delete Object.prototype.toJSON;
              return { identities: { user_id: polluted || typeof kept === 'undefined' && polluted ? 'polluted' : 'clean' } };
            }
            """);

        for (var i = 0; i < 3; i++)
        {
            TestMapping.Read(mapping, TestMapping.Raw("{}"), Traits).ShouldBeOfType<ReadResult.Read>().Event.Identities.ShouldHaveSingleItem().Value.ShouldBe("clean");
        }
    }

    [Fact]
    public void The_walls_cannot_be_taken_down()
    {
        var refusal = Refused("""
            function transformEvent(event) {
              try { Object.defineProperty(String.prototype, 'repeat', { value: () => 'mine' }); } catch (e) { }
              try { String.prototype.padEnd = () => 'mine'; } catch (e) { }
              try { globalThis.__freshet = () => 'mine'; } catch (e) { }
              Array.prototype[Symbol.iterator] = undefined; Function.prototype.call = () => 0; globalThis.Number = () => 0; globalThis.String = () => '';
              return { identities: { user_id: 'x'.repeat(1e9) } };
            }
            """, "{}");

        refusal.Code.ShouldBe("script.failed");
    }

    [Fact]
    public void Ingress_knows_the_type_without_running_the_script()
    {
        const string Endless = "while (true) {} function transformEvent() {}";

        Mapping(Endless).TypeOf(TestMapping.Raw("{}")).ShouldBe("thing.happened");
        Refused(Endless, "{}").Code.ShouldBe("script.limit");
    }

    [Theory]
    [InlineData("function transformEvent( {", "the script is no JavaScript")]
    [InlineData("function other() {}", "has no function transformEvent")]
    [InlineData("function transformEvent() { import('fs'); }", "imports nothing")]
    [InlineData("class A { x = new A(); } function transformEvent() {}", "no classes")]
    [InlineData("function transformEvent(e, x = '' + e) {}", "no defaults")]
    [InlineData("function transformEvent() { const a = { toString: (x = '' + a) => 'q' }; '' + a; }", "no defaults")]
    [InlineData("function transformEvent() { const a = {}; a.toString = function ({ ['' + a]: x }) {}; }", "no computed names")]
    [InlineData("const t = { *[Symbol.iterator]() { yield 1; } }; function transformEvent() {}", "no generators")]
    [InlineData("async function transformEvent() {}", "no asynchronous functions")]
    public void A_script_that_is_none_is_an_error_of_the_mapping(string script, string error)
    {
        MappingCompiler.Compile(Definition(script), 0, out var errors).ShouldBeNull();

        errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            found => found.Line.ShouldBe(7), found => found.Message.ShouldContain(error));
    }

    public static TheoryData<string, int> Nested => new()
    {
        { "1+", 15_000 }, { "(", 15_000 }, { "[", 15_000 }, { "!", 15_000 }, { "a=>", 10_000 }, { "if(1)", 10_000 }, { "a.b.", 10_000 }, { "{", 15_000 }, { "`${", 10_000 }, { "x?y:", 10_000 },
    };

    [Theory]
    [MemberData(nameof(Nested))]
    public void A_script_that_is_nested_too_deep_is_an_error_and_no_end_of_the_process(string part, int times)
    {
        MappingCompiler.Compile(Definition($"function transformEvent(a, b, x, y) {{ {string.Concat(Enumerable.Repeat(part, times))} 1"), 0, out var errors).ShouldBeNull();

        errors.ShouldNotBeEmpty();
    }

    private static CanonicalEvent Understood(string script, string body)
    {
        var result = TestMapping.Read(Mapping(script), TestMapping.Raw(body, ("x-topic", "a/b")), Traits);
        return result.ShouldBeOfType<ReadResult.Read>((result as ReadResult.Refused)?.Refusal.ToString() ?? "").Event;
    }

    private static EventRefusal Refused(string script, string body) =>
        TestMapping.Read(Mapping(script), TestMapping.Raw(body), Traits).ShouldBeOfType<ReadResult.Refused>().Refusal;

    private static CompiledMapping Mapping(string script) => TestMapping.Compile(Definition(script));

    private static MappingDefinition Definition(string script) =>
        new() { Name = "test", Rules = [new() { Line = 5, Type = "thing.happened", Script = new ExpressionText(script, 7, 3) }] };
}
