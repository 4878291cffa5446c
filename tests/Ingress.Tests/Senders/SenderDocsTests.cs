using System.Globalization;
using Freshet.Ingress.Senders;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Tests.Senders;

public sealed class SenderDocsTests
{
    private static readonly string Docs = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "senders.md"));

    public static TheoryData<SourceKind> Kinds =>
        [.. SenderTable.All.Select(sender => sender.Kind).Except([SourceKind.Tracking])];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_says_what_the_code_does(SourceKind kind) => Docs.ShouldContain(Row(SenderTable.All.Single(sender => sender.Kind == kind)));

    [Fact]
    public void Every_kind_has_a_row() => SenderTable.All.Select(sender => sender.Kind).ShouldBe(Enum.GetValues<SourceKind>(), ignoreOrder: true);

    private static string Row(Sender sender)
    {
        var answers = sender.Answers;
        var busy = answers.Busy?.ToString(CultureInfo.InvariantCulture) ?? "429, 503";
        return $"| `{DefinitionWords.Of(sender.Kind)}` | {CutOf(sender)} | {IdOf(sender)} | {answers.Success}{(answers.IsSoap ? " `Ack`" : "")} "
            + $"| {busy}{(answers.IsThrottled ? "" : ", no rate")} | {answers.Disabled} | {answers.Hopeless?.ToString(CultureInfo.InvariantCulture) ?? "400, 413"} | {HandshakeOf(sender)} |";
    }

    private static string IdOf(Sender sender) => sender.Kind switch
    {
        SourceKind.StandardWebhooks or SourceKind.Svix => "`webhook-id`, signed",
        SourceKind.Hmac => "`idHeader` or `idPath`, else hash of the event",
        _ => sender.MessageId.ToString(),
    };

    private static string CutOf(Sender sender) => sender.Cut switch
    {
        Cut.Object => "object",
        Cut.ObjectOrArray => "array",
        Cut.Member when sender.Parts.Count > 0 => $"`{sender.Member}`, each of {string.Join(" and ", sender.Parts.Select(part => $"`{part}`"))}",
        Cut.Member => $"`{sender.Member}`",
        Cut.SnsEnvelope => "JSON in `Message`",
        _ => "`Notification`, as JSON",
    };

    private static string HandshakeOf(Sender sender) => sender.Handshake switch
    {
        Handshake.FormPing => "unsigned `webhook_id=n`: 200",
        Handshake.SignedGet => "a signed GET",
        Handshake.HubChallenge => "GET `hub.challenge`",
        Handshake.ValidationToken => "POST `validationToken`",
        Handshake.AllowedOrigin => "OPTIONS `WebHook-Request-Origin`",
        Handshake.SubscribeUrl => "`SubscriptionConfirmation`",
        _ => "",
    };
}
