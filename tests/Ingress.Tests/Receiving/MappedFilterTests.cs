using System.Text;
using Freshet.Ingress.Receiving;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;

namespace Freshet.Ingress.Tests.Receiving;

/// <summary>Which events of a mapped source are kept.</summary>
public sealed class MappedFilterTests
{
    private static readonly EventMapping Mapping = new(
        MappingCompiler.Compile(
            new MappingDefinition
            {
                Name = "shop",
                Rules =
                [
                    Rule("kind == 'paid'", "order.completed"), Rule("kind == 'joined'", "customer.created"), Rule("kind == 'forget'", EventMapping.ErasureRequested),
                    Rule("number(kind) > 1", "thing.counted"),
                ],
            },
            1,
            out _)!,
        MappingSet.Empty);

    [Theory]
    [InlineData("paid", true, true)]
    [InlineData("joined", true, false)]
    [InlineData("7", true, false)]
    [InlineData("0", false, false)]
    [InlineData("forget", true, true)]
    [InlineData("unreadable", true, true)]
    public void A_type_that_is_listed_is_kept_and_so_are_privacy_signals_and_what_cannot_be_read(string kind, bool isKeptByAll, bool isKeptByList)
    {
        var raw = new RawEvent
        {
            EventId = EventIds.From("shop", "m"), SourceId = "shop", MessageId = "m", ReceivedAt = DateTimeOffset.UnixEpoch,
            Format = RawEventFormat.Mapped, Body = Encoding.UTF8.GetBytes($$"""{"kind": "{{kind}}"}"""),
        };

        KeptTypes.IsKept(Mapping, null, raw).ShouldBe(isKeptByAll);
        KeptTypes.IsKept(Mapping, new HashSet<string> { "order.completed" }, raw).ShouldBe(isKeptByList);
    }

    private static MappingRule Rule(string when, string type) => new() { When = new(when), Type = type, Identities = [new("user_id", new("user"))] };
}
