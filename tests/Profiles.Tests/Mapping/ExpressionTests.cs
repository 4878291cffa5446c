namespace Freshet.Profiles.Tests.Mapping;

public sealed class ExpressionTests
{
    private const string Body = """
        {"id": 42, "first": "Ann", "last": "Lee", "note": "  hi  ", "blank": " ", "nothing": null, "yes": true, "no": false,
         "total_price": "0012.50", "price": 12.50, "german": "1.234,56", "cents": 1250, "email": "Ann@Example.COM",
         "event-data": {"user": {"$set": "x"}}, "odd name": {"a.b": 1}, "in": 7, "plan": "gold",
         "line_items": [{"sku": "A", "quantity": 2, "price": "1.10"}, {"sku": "B", "quantity": 1, "price": "2.20"}, {"quantity": 3, "price": "0"}],
         "params": [{"key": "Target", "value": {"n": 1}}, {"key": "Other", "value": 2}],
         "packed": "{\"inner\": [1, 2]}", "tags": "a, b,, c ", "list": [1, 2, 2, "2"], "single": {"sku": "S"}}
        """;

    [Theory]
    [InlineData("id", "42")]
    [InlineData("first", "\"Ann\"")]
    [InlineData("line_items.1.sku", "\"B\"")]
    [InlineData("line_items[0].sku", "\"A\"")]
    [InlineData("line_items.9.sku", null)]
    [InlineData("event-data.user.$set", "\"x\"")]
    [InlineData("$['odd name']['a.b']", "1")]
    [InlineData("this['in']", "7")]
    [InlineData("$.in", "7")]
    [InlineData("first.deeper", null)]
    [InlineData("nowhere", null)]
    [InlineData("nothing", "null")]
    [InlineData("customer_name", "\"Ann Lee\"")]
    [InlineData("loud", "\"ANN LEE\"")]
    [InlineData("'it is'", "\"it is\"")]
    [InlineData("\"it's\"", "\"it's\"")]
    [InlineData("-1.50", "-1.50")]
    [InlineData("true", "true")]
    [InlineData("[1, 'a', null]", "[1,\"a\",null]")]
    public void Paths_and_literals(string expression, string? value) => TestMapping.Value(expression, Body).ShouldBe(value);

    [Theory]
    [InlineData("id == 42", "true")]
    [InlineData("id == 42.0", "true")]
    [InlineData("id == '42'", "false")]
    [InlineData("price == 12.5", "true")]
    [InlineData("id > 41 and id <= 42", "true")]
    [InlineData("first < last", "true")]
    [InlineData("first < 5", "false")]
    [InlineData("first >= 5", "false")]
    [InlineData("nowhere == null", "true")]
    [InlineData("nothing != null", "false")]
    [InlineData("plan in ['silver', 'gold']", "true")]
    [InlineData("plan not in ['silver', 'gold']", "false")]
    [InlineData("2 in list", "true")]
    [InlineData("not yes or no", "false")]
    [InlineData("yes and not no", "true")]
    [InlineData("no or blank and yes", "true")]
    [InlineData("(no or yes) and nowhere", "false")]
    [InlineData("not not yes", "true")]
    public void Conditions(string expression, string value) => TestMapping.Value(expression, Body).ShouldBe(value);

    [Theory]
    [InlineData("default(nowhere, nothing, blank, first)", "\"Ann\"")]
    [InlineData("default(nowhere, blank)", null)]
    [InlineData("if(id > 40, 'big', 'small')", "\"big\"")]
    [InlineData("if(no, 'x')", null)]
    [InlineData("if(true, 'x', number('broken'))", "\"x\"")]
    [InlineData("try(number(first), 0)", "0")]
    [InlineData("text(blank)", null)]
    [InlineData("text(id)", "\"42\"")]
    [InlineData("trim(note)", "\"hi\"")]
    [InlineData("lower(email)", "\"ann@example.com\"")]
    [InlineData("concat(first, nowhere, '-', id)", "\"Ann-42\"")]
    [InlineData("concat(nowhere)", null)]
    [InlineData("join(map(line_items, sku), '|')", "\"A|B\"")]
    [InlineData("split(tags, ',')", "[\"a\",\"b\",\"c\"]")]
    [InlineData("before(email, '@')", "\"Ann\"")]
    [InlineData("after(email, '@')", "\"Example.COM\"")]
    [InlineData("after(first, '@')", null)]
    [InlineData("replace(email, 'Example', 'x')", "\"Ann@x.COM\"")]
    [InlineData("contains(email, '@')", "true")]
    [InlineData("starts_with(email, 'x')", "false")]
    [InlineData("ends_with(email, 'COM')", "true")]
    [InlineData("hash('abc')", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"")]
    public void Texts_and_choices(string expression, string? value) => TestMapping.Value(expression, Body).ShouldBe(value);

    [Theory]
    [InlineData("number(total_price)", "12.50")]
    [InlineData("number(price)", "12.50")]
    [InlineData("number(german, ',')", "1234.56")]
    [InlineData("number('1,234.5', '.')", "1234.5")]
    [InlineData("number('+7')", "7")]
    [InlineData("number('-.5')", "-0.5")]
    [InlineData("number(blank)", null)]
    [InlineData("number('0.1000000000000000000000000001')", "0.1000000000000000000000000001")]
    [InlineData("money(cents, 'eur')", "12.5")]
    [InlineData("money(cents, 'JPY')", "1250")]
    [InlineData("money(cents, 'KWD')", "1.25")]
    [InlineData("money(cents, 'EUR', 4)", "0.125")]
    [InlineData("money(nowhere, 'EUR')", null)]
    [InlineData("multiply('0.1', '0.2')", "0.02")]
    [InlineData("sum(map(line_items, quantity))", "6")]
    [InlineData("sum(line_items, multiply(price, quantity))", "4.4")]
    [InlineData("sum(['0.1', '0.2'])", "0.3")]
    [InlineData("sum(nowhere)", "0")]
    public void Numbers_are_exact(string expression, string? value) => TestMapping.Value(expression, Body).ShouldBe(value);

    [Theory]
    [InlineData("date('2026-11-23T11:00:00+01:00')", "2026-11-23T10:00:00Z")]
    [InlineData("date('2026-11-23T10:00:00')", "2026-11-23T10:00:00Z")]
    [InlineData("date('2026-11-23')", "2026-11-23T00:00:00Z")]
    [InlineData("date('Mon, 23 Nov 2026 10:00:00 GMT')", "2026-11-23T10:00:00Z")]
    [InlineData("date('/Date(1795428000000)/')", "2026-11-23T10:00:00Z")]
    [InlineData("date('/Date(1795428000123+0100)/')", "2026-11-23T10:00:00.123Z")]
    [InlineData("date(1795428000)", "2026-11-23T10:00:00Z")]
    [InlineData("date('1795428000123')", "2026-11-23T10:00:00.123Z")]
    [InlineData("date(1795428000123456, 'us')", "2026-11-23T10:00:00.123456Z")]
    [InlineData("date('5', 'unix')", "1970-01-01T00:00:05Z")]
    [InlineData("date('23.11.2026 10:00', 'dd.MM.yyyy HH:mm')", "2026-11-23T10:00:00Z")]
    [InlineData("date('2026-11-23 11:00:00 +01:00', 'yyyy-MM-dd HH:mm:ss zzz')", "2026-11-23T10:00:00Z")]
    [InlineData("day('2026-11-23T23:30:00-08:00')", "2026-11-23")]
    [InlineData("day('23/11/1980', 'dd/MM/yyyy')", "1980-11-23")]
    [InlineData("day('1950-05-01')", "1950-05-01")]
    [InlineData("received_at()", "2026-11-23T12:00:00Z")]
    [InlineData("message_id()", "m")]
    public void Times(string expression, string value) => TestMapping.Value(expression, Body).ShouldBe($"\"{value}\"");

    [Theory]
    [InlineData("map(line_items, sku)", "[\"A\",\"B\"]")]
    [InlineData("map(single, sku)", "[\"S\"]")]
    [InlineData("map(nowhere, sku)", "[]")]
    [InlineData("map(filter(line_items, quantity > 1), price)", "[\"1.10\",\"0\"]")]
    [InlineData("first(line_items, sku == 'B').price", "\"2.20\"")]
    [InlineData("last(line_items).price", "\"0\"")]
    [InlineData("first(line_items, sku == 'Z')", null)]
    [InlineData("count(line_items)", "3")]
    [InlineData("count(line_items, sku)", "2")]
    [InlineData("any(line_items, sku == $.plan)", "false")]
    [InlineData("all(line_items, quantity > 0)", "true")]
    [InlineData("unique(list)", "[1,2,\"2\"]")]
    [InlineData("pairs(params, key, value).Target.n", "1")]
    [InlineData("map(line_items, object('sku', sku, 'n', quantity))", """[{"sku":"A","n":2},{"sku":"B","n":1},{"n":3}]""")]
    [InlineData("lookup(tier, plan)", "\"premium\"")]
    [InlineData("lookup(tier, 1)", "\"one\"")]
    [InlineData("lookup(tier, first)", null)]
    [InlineData("lookup(tier, first, 'none')", "\"none\"")]
    [InlineData("json(packed).inner.1", "2")]
    [InlineData("header('x-topic')", "\"orders/paid\"")]
    [InlineData("header('x-other')", null)]
    public void Lists_tables_and_headers(string expression, string? value) => TestMapping.Value(expression, Body, ("x-topic", "orders/paid")).ShouldBe(value);

    [Theory]
    [InlineData("number(first)", "mapping.number")]
    [InlineData("number(single)", "mapping.number")]
    [InlineData("sum(line_items)", "mapping.number")]
    [InlineData("number('1e999')", "mapping.number")]
    [InlineData("date(first)", "mapping.date")]
    [InlineData("date('2026-02-30')", "mapping.date")]
    [InlineData("date('1', 'dd.MM.yyyy')", "mapping.date")]
    [InlineData("date(99999999999999999999, 'us')", "mapping.date")]
    [InlineData("money(cents, first)", "mapping.currency")]
    [InlineData("money(cents, nowhere)", "mapping.currency")]
    [InlineData("json(first)", "mapping.json")]
    [InlineData("lower(single)", "mapping.value")]
    public void What_cannot_be_read_fails_the_event_with_its_place_and_no_value(string expression, string code)
    {
        var refusal = TestMapping.Failure(expression, Body.Replace("\"Ann\"", "\"secret-value\""));

        (refusal.Stage, refusal.Code).ShouldBe(("map", code));
        refusal.Reason.ShouldStartWith("Mapping 'test'");
        refusal.Reason.ShouldNotContain("secret-value");
    }

    [Theory]
    [InlineData("", "an expression is missing")]
    [InlineData("a b", "does not belong")]
    [InlineData("concat(a", "')' or ',' is missing")]
    [InlineData("concat(a, )", "')' or ',' is missing")]
    [InlineData("[1, 2", "']' or ',' is missing")]
    [InlineData("(a", "')' is missing")]
    [InlineData("a = 1", "write ==")]
    [InlineData("a ==", "a value to compare with is missing")]
    [InlineData("a and", "a condition is missing after 'and'")]
    [InlineData("not", "a condition is missing after 'not'")]
    [InlineData("a.", "a name or a number is missing after the dot")]
    [InlineData("a[b]", "write a name in quotes or a number")]
    [InlineData("numbr(a)", "there is no function 'numbr'; did you mean 'number'?")]
    [InlineData("hash(a, b)", "'hash' cannot take 2 argument(s); write hash(text)")]
    [InlineData("lookup(tiers, a)", "there is no table 'tiers' under 'tables'; did you mean 'tier'?")]
    [InlineData("lookup('tier', a)", "a look-up names a table and a value")]
    [InlineData("date(a, b)", "a format is written out in quotes")]
    [InlineData("date(a, 'q')", "a format is written out in quotes")]
    [InlineData("number(a, ';')", "the decimal mark is ',' or '.'")]
    [InlineData("header('X-Topic')", "in lower case")]
    [InlineData("object('a', 1, 'a', 2)", "each name is written out in quotes, and once")]
    [InlineData("object('a', 1, 'b')", "the last name has no value")]
    [InlineData("'open", "an expression is missing")]
    public void What_is_no_expression_is_told_with_its_cure(string expression, string error) => TestMapping.Errors(expression).ShouldHaveSingleItem().ShouldContain(error);

    [Fact]
    public void An_error_has_the_line_and_column_where_it_is()
    {
        var definition = TestMapping.OfProperty("1");
        definition = definition with
        {
            Rules = [definition.Rules[0] with { When = new("a == 1 and\n  numbr(b)", 12, 9), At = new("date(c d)", 14, 5) }],
        };

        Freshet.Profiles.Mapping.MappingCompiler.Compile(definition, 0, out var errors).ShouldBeNull();

        errors.Select(error => $"{error.Line},{error.Column}").ShouldBe(["13,3", "14,12"]);
    }
}
