using Freshet.Migrator.Schema;

namespace Freshet.Migrator.Tests.Schema;

public sealed class SchemaFileTests
{
    [Fact]
    public void Line_ends_do_not_change_the_checksum() =>
        SchemaFile.From("0001_a.sql", "select 1;\r\nselect 2;\r\n").Checksum
            .ShouldBe(SchemaFile.From("0001_a.sql", "select 1;\nselect 2;\n").Checksum);

    [Theory]
    [InlineData("core.sql")]
    [InlineData("1_core.sql")]
    [InlineData("0001core.sql")]
    [InlineData("0001_core.txt")]
    [InlineData("0001_.sql")]
    public void A_name_of_another_form_is_refused(string name) =>
        Should.Throw<FormatException>(() => SchemaFile.From(name, "")).Message.ShouldContain("name it like 0007_what_it_does.sql");

    [Fact]
    public void Gaps_and_doubles_are_refused()
    {
        Should.Throw<FormatException>(() => SchemaFiles.InOrder([File(1), File(3)])).Message.ShouldContain("should have number 0002");
        Should.Throw<FormatException>(() => SchemaFiles.InOrder([File(1), File(1)])).Message.ShouldContain("should have number 0002");
        SchemaFiles.InOrder([File(2), File(1)]).Select(file => file.Version).ShouldBe([1, 2]);
    }

    private static SchemaFile File(int version) => new(version, $"{version:0000}_x.sql", "");
}
