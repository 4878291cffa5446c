using Freshet.Gateway.Schema;
using Freshet.Profiles.Dictionary;

namespace Freshet.Gateway.Tests.Schema;

public sealed class TraitNamesTests
{
    [Theory]
    [InlineData("first_name", "firstName")]
    [InlineData("plan", "plan")]
    [InlineData("orders_30d", "orders30d")]
    [InlineData("last_2fa_at", "last2faAt")]
    [InlineData("URL", "uRL")]
    [InlineData("a__b_", "aB")]
    public void A_trait_is_shown_the_GraphQL_way(string trait, string field) => TraitNames.ToFieldName(trait).ShouldBe(field);

    [Fact]
    public void Of_two_traits_with_one_field_name_the_first_has_it_and_the_other_is_named_with_the_cure()
    {
        var decided = TraitNames.Decide(Dictionary("first_name", "firstName", "plan"));

        decided.Fields.Select(field => field.FieldName).ShouldBe(["firstName", "plan"]);
        var excluded = decided.Excluded.ShouldHaveSingleItem();
        excluded.TraitName.ShouldBe("firstName");
        excluded.Reason.ShouldContain("first_name");
        excluded.Reason.ShouldContain("Rename");
    }

    [Theory]
    [InlineData("1st")]
    [InlineData("größe")]
    [InlineData("__")]
    [InlineData("")]
    [InlineData("with space")]
    public void A_name_that_GraphQL_cannot_have_is_left_out_and_named(string trait) =>
        TraitNames.Decide(Dictionary(trait)).Excluded.ShouldHaveSingleItem().TraitName.ShouldBe(trait);

    [Fact]
    public void A_dictionary_without_traits_still_gives_a_schema() =>
        FreshetSchema.For(TraitDictionary.Empty).AllTypes["Traits"].ShouldNotBeNull();

    private static TraitDictionary Dictionary(params string[] names) =>
        new(1, [.. names.Select(name => new TraitDefinition { Name = name, Type = TraitType.String })]);
}
