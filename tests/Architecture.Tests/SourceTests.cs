using System.Text.RegularExpressions;

namespace Freshet.Architecture.Tests;

/// <summary>Habits that no analyzer checks.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] Folders = ["AppHost", "ServiceDefaults", "services", "tests"];

    // What a person or a sender could be recognized by. Ids of events, batches and profiles are fine.
    private static readonly string[] Forbidden =
        ["body", "email", "header", "identity", "payload", "phone", "raw", "secret", "signature", "token", "trait", "userid", "value", "writekey"];

    [Fact]
    public void No_file_is_longer_than_400_lines() =>
        Repository.SourceFiles(Folders)
            .Select(file => (file, lines: Repository.Read(file).AsSpan().Count('\n')))
            .Where(entry => entry.lines > 400)
            .ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_open_in_code() =>
        Repository.SourceFiles(Folders)
            .Where(file => OpenEnd().IsMatch(Repository.Read(file)))
            .ShouldBeEmpty();

    [Fact]
    public void Log_messages_name_nothing_personal()
    {
        var messages = Repository.SourceFiles("AppHost", "ServiceDefaults", "services")
            .SelectMany(file => LogMessage().Matches(Repository.Read(file)).Select(match => (file, text: match.Value)))
            .ToList();

        messages.Count.ShouldBeGreaterThan(5, "the pattern no longer finds our log messages");
        messages
            .SelectMany(message => Placeholder().Matches(message.text).Select(match => (message.file, name: match.Groups[1].Value)))
            .Where(entry => Forbidden.Contains(entry.name.ToLowerInvariant()))
            .ShouldBeEmpty();
    }

    // Put together, so that this file does not hold what it looks for.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b|NotImplemented" + @"Exception")]
    private static partial Regex OpenEnd();

    [GeneratedRegex(@"\[LoggerMessage\([^\]]*\]", RegexOptions.Singleline)]
    private static partial Regex LogMessage();

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Placeholder();
}
