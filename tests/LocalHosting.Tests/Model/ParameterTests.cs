using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Freshet.LocalHosting.Tests.Model;

public sealed class ParameterTests
{
    [Fact]
    public async Task A_parameter_is_read_from_configuration() =>
        (await TestApplication.Builder("--Parameters:who=me").AddParameter("who").Resource.GetValueAsync(default)).ShouldBe("me");

    [Fact]
    public async Task Underscores_stand_for_hyphens_because_shells_refuse_hyphens() =>
        (await TestApplication.Builder("--Parameters:api_key=k").AddParameter("api-key").Resource.GetValueAsync(default)).ShouldBe("k");

    [Theory]
    [InlineData("api-key", "api_key")]
    [InlineData("api_key", "api-key")]
    public async Task The_stronger_source_wins_in_whichever_form_it_names_the_parameter(string kept, string given)
    {
        var builder = TestApplication.Builder($"--Parameters:{given}=given");
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(
            0, new MemoryConfigurationSource { InitialData = [new($"Parameters:{kept}", "kept")] });

        (await builder.AddParameter("api-key").Resource.GetValueAsync(default)).ShouldBe("given");
    }

    [Fact]
    public async Task A_missing_parameter_names_its_configuration_key()
    {
        var parameter = TestApplication.Builder().AddParameter("who").Resource;

        var fault = await Should.ThrowAsync<MissingParameterValueException>(async () => await parameter.GetValueAsync(default));

        fault.Message.ShouldContain("Parameters:who");
        fault.Message.ShouldContain("Parameters__who=");
    }

    [Fact]
    public async Task A_fixed_value_does_not_consult_configuration() =>
        (await TestApplication.Builder("--Parameters:who=me").AddParameter("who", "you").Resource.GetValueAsync(default)).ShouldBe("you");

    [Fact]
    public void A_secret_is_never_published_as_a_default() =>
        Should.Throw<ArgumentException>(() =>
            TestApplication.Builder().AddParameter("who", "you", publishValueAsDefault: true, secret: true));

    [Fact]
    public async Task A_made_up_value_stays_the_same_within_a_run()
    {
        var password = TestApplication.Builder().AddPostgres("pg").Resource.PasswordParameter;

        var first = await password.GetValueAsync(default);

        first!.Length.ShouldBe(22);
        (await password.GetValueAsync(default)).ShouldBe(first);
    }

    [Fact]
    public void The_value_kept_first_wins_and_the_file_is_private()
    {
        var directory = Directory.CreateTempSubdirectory("secrets-");
        var path = Path.Combine(directory.FullName, "deep", "secrets.json");

        UserSecretsFile.Keep(path, "Parameters:a", "1").ShouldBe("1");
        UserSecretsFile.Keep(path, "Parameters:b", "2").ShouldBe("2");
        UserSecretsFile.Keep(path, "Parameters:a", "3").ShouldBe("1");

        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        directory.Delete(recursive: true);
    }

    [Fact]
    public void A_made_up_value_keeps_its_rule() =>
        (from length in Gen.Int[0, 60]
         from special in Gen.Bool
         from digits in Gen.Int[0, 5]
         select new GenerateParameterDefault { MinLength = length, Special = special, MinNumeric = digits })
        .Sample(rule =>
        {
            var value = rule.GetDefaultValue();
            return value.Length == Math.Max(rule.MinLength, rule.MinNumeric)
                && value.Count(char.IsAsciiDigit) >= rule.MinNumeric
                && (rule.Special || value.All(char.IsAsciiLetterOrDigit))
                && !value.Any("iloILO".Contains);
        });
}
