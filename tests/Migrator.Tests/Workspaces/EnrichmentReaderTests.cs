using System.Text;
using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Enriching;
using Freshet.Testing;

namespace Freshet.Migrator.Tests.Workspaces;

public sealed class EnrichmentReaderTests : IDisposable
{
    private const string Good = """
        table: tables/plans.csv
        key: { trait: plan, column: code }
        set: { first_name: greeting }
        """;

    private readonly WorkspaceFolder folder = new();

    public EnrichmentReaderTests() => folder.Write("tables/plans.csv", "code,\"greeting\",rest\r\n gold ,\"Dear \"\"friend\"\", hello\",x\r\n\r\nfree,,\n\"a\nb\",Hi");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_table_is_read_and_stored_with_the_workspace_and_its_change_is_a_new_version()
    {
        folder.Write("enrichments/plans.yaml", Good);
        await using var database = await TestDatabase.CreateAsync();
        var store = new WorkspaceStore(database.DataSource);

        var definition = folder.Definition();
        var enrichment = definition.Enrichments.ShouldHaveSingleItem();
        enrichment.Name.ShouldBe("plans");
        EnrichmentJson.Write(enrichment).ShouldBe("""{"trait":"plan","set":["first_name"],"rows":{"a\nb":["Hi"],"free":[null],"gold":["Dear \u0022friend\u0022, hello"]}}""");
        EnrichmentJson.Write(EnrichmentJson.Read("plans", EnrichmentJson.Write(enrichment))).ShouldBe(EnrichmentJson.Write(enrichment));

        var first = await store.ApplyAsync(definition, CancellationToken.None);
        (await store.ApplyAsync(folder.Definition(), CancellationToken.None)).Changed.ShouldBeFalse();
        folder.Write("tables/plans.csv", "code,greeting\ngold,Hello");
        (await store.ApplyAsync(folder.Definition(), CancellationToken.None)).Version.ShouldBe(first.Version + 1);
        (await database.ScalarAsync<string>("select definition from enrichments")).ShouldContain("Hello");
        folder.Write("enrichments/plans.yaml", Good.Replace("first_name", "plan").Replace("trait: plan, ", "property: code, "));
        (await store.ApplyAsync(folder.Definition(), CancellationToken.None)).Changed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("table: ../etc/passwd\nkey: { trait: plan, column: code }\nset: { first_name: greeting }", "(1,8): there is no file '../etc/passwd' in the workspace; write its path from the workspace's folder, like tables/postcodes.csv")]
    [InlineData("table: tables/plans.csv\nkey: { trait: plam, column: code }\nset: { first_name: greeting }", "(2,15): there is no trait 'plam' in traits.yaml; did you mean 'plan'?")]
    [InlineData("table: tables/plans.csv\nkey: { trait: plan, column: code }\nset: { orders: greeting }", "(3,8): 'orders' is a computed trait, which no event brings; use an observed one")]
    [InlineData("table: tables/plans.csv\nkey: { trait: plan, property: a, column: code }\nset: { first_name: greeting }", "(2,6): look up either a trait or a property; write 'trait: postcode' or 'property: shipping.postcode'")]
    [InlineData("table: tables/plans.csv\nkey: { property: a..b, column: code }\nset: { first_name: greeting }", "(2,18): 'a..b' is no path; write names with dots between, like shipping.postcode")]
    [InlineData("table: tables/plans.csv\nkey: { trait: plan, column: kode }\nset: { first_name: greeting }", "(1,8): the first line of plans.csv names no column 'kode'; it has: code, greeting, rest")]
    [InlineData("table: tables/plans.csv\nset: { first_name: greeting }", "(1,1): 'key' is missing; say what is looked up, like { trait: postcode, column: code }")]
    public void A_mistake_is_told_with_its_place_and_cure(string text, string error)
    {
        folder.Write("enrichments/plans.yaml", text);

        folder.Errors().ShouldBe([$"enrichments/plans.yaml{error}"]);
    }

    [Theory]
    [InlineData("code,greeting\ngold,a\nfree,b\ngold,c", "(4,1): this key stands in the table a second time; remove one of the two rows")]
    [InlineData("code,greeting\n,a", "(2,1): the column 'code' is empty here; give the row a key or remove it")]
    [InlineData("code,greeting\n\"gold,a", "(1,1): line 2: a cell begins with a quote and has no closing one; add it, or double the quote")]
    [InlineData("code,greeting\n\"go\"ld,a", "(1,1): line 2: something follows the closing quote of a cell; put a comma behind it, or double the quotes inside")]
    [InlineData("", "(1,1): the table is empty; its first line names the columns")]
    [InlineData("code,greeting,code\ngold,a,b", "(1,1): two columns are named 'code', so it is not clear which one is meant; rename one of them")]
    [InlineData("code,greeting\ngold,Dear friend, hello", "(2,1): there are 3 cells here, but the first line names 2 columns; put a cell with a comma into double quotes")]
    [InlineData("code,greeting\rgold,a\rfree,b", "(1,1): line 1: a carriage return stands without a line feed; save the table with line ends LF or CRLF")]
    [InlineData("code,greeting\n\"gold\"\r,a", "(1,1): line 2: a carriage return stands without a line feed; save the table with line ends LF or CRLF")]
    [InlineData("code,greeting\ngold,a\nfree,\0", "(3,1): the table has a NUL character; remove it")]
    public void A_mistake_in_a_table_is_told_with_its_line(string table, string error)
    {
        folder.Write("enrichments/plans.yaml", Good);
        folder.Write("tables/plans.csv", table);

        folder.Errors().ShouldBe([$"tables/plans.csv{error}"]);
    }

    [Fact]
    public void A_table_in_another_encoding_is_refused_where_it_first_shows()
    {
        folder.Write("enrichments/plans.yaml", Good);
        var table = Path.Combine(folder.Path, "tables/plans.csv");

        File.WriteAllBytes(table, Encoding.Latin1.GetBytes("code,greeting\ngold,Grüezi\n"));
        folder.Errors().ShouldBe(["tables/plans.csv(2,1): the table is not in UTF-8; save it as 'CSV UTF-8'"]);
        File.WriteAllText(table, "code,greeting\ngold,Hi", Encoding.Unicode);
        folder.Errors().ShouldBe(["tables/plans.csv(1,1): the table is not in UTF-8; save it as 'CSV UTF-8'"]);
        File.WriteAllText(table, "code,greeting\ngold,Grüezi", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        folder.Definition().Enrichments[0].Rows["gold"][0].GetString().ShouldBe("Grüezi");
    }

    [Fact]
    public void Keys_and_cells_get_the_form_that_the_traits_values_have()
    {
        Checked("De,PRO,+44 (0)20 7946 0958,7");

        var enrichment = folder.Definition().Enrichments.ShouldHaveSingleItem();
        enrichment.Rows.Keys.ShouldBe(["DE"]);
        enrichment.Rows["DE"].Select(cell => cell.GetRawText()).ShouldBe(["\"pro\"", "\"\\u002B442079460958\"", "7"]);
    }

    [Theory]
    [InlineData("Nowhereland,pro,,7", "column 'code' is no value that 'country' would take from an event (format.mismatch)")]
    [InlineData("DE,gold,,7", "column 'tier' is no value that 'tier' would take from an event (enum.not-listed)")]
    [InlineData("DE,pro,,11", "column 'score' is no value that 'score' would take from an event (value.too-large)")]
    [InlineData("DE,pro,030 123456,7", "column 'phone' is no value that 'phone' would take from an event (phone.country-unknown)")]
    public void A_cell_that_an_event_could_not_bring_either_is_refused(string row, string error)
    {
        Checked(row);

        folder.Errors().ShouldBe([$"tables/checked.csv(2,1): {error}; write one that it would, or change the trait"]);
    }

    [Fact]
    public void All_tables_together_have_a_bound_that_is_told_with_the_one_that_exceeds_it()
    {
        for (var i = 1; i <= 4; i++)
        {
            folder.Write($"enrichments/{i}.yaml", Good.Replace("plans", $"{i}"));
            folder.Write($"tables/{i}.csv", "");
            using var table = File.OpenWrite(Path.Combine(folder.Path, $"tables/{i}.csv"));
            table.SetLength(9 * 1024 * 1024);
        }

        folder.Errors().ShouldBe(
        [
            "enrichments/4.yaml(1,8): with 'tables/4.csv' the tables together are larger than 32 MB, which every host holds in memory; leave out rows and columns that nobody needs",
            .. Enumerable.Range(1, 3).Select(i => $"tables/{i}.csv(1,1): the table has a NUL character; remove it"),
        ]);
    }

    private void Checked(string row)
    {
        folder.Write("traits.yaml", WorkspaceFolder.Traits + """

              - { name: country, type: string, format: country }
              - { name: tier, type: enum, values: [free, pro] }
              - { name: phone, type: string, format: phone }
              - { name: score, type: integer, maximum: 10 }
            """);
        folder.Write("enrichments/checked.yaml", "table: tables/checked.csv\nkey: { trait: country, column: code }\nset: { tier: tier, phone: phone, score: score }");
        folder.Write("tables/checked.csv", "code,tier,phone,score\n" + row);
    }

    [Fact]
    public void Cells_are_of_the_dictionarys_types_and_the_first_faults_of_a_large_table_are_enough()
    {
        folder.Write("traits.yaml", WorkspaceFolder.Traits + "\n  - name: level\n    type: integer");
        folder.Write("enrichments/plans.yaml", "table: tables/plans.csv\nkey: { trait: level, column: code }\nset: { plan: greeting }");
        folder.Write("tables/plans.csv", "code,greeting\n" + string.Concat(Enumerable.Range(0, 1000).Select(number => $"x{number},a\n")));
        folder.Errors().Count.ShouldBe(20);

        folder.Write("tables/plans.csv", "code,greeting\n" + string.Concat(Enumerable.Range(0, 100_001).Select(number => $"{number},a\n")));
        folder.Errors().ShouldBe(["tables/plans.csv(100002,1): the table has more than 100000 rows; leave out those that nobody needs"]);
    }
}
