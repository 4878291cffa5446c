using System.Text;
using Freshet.Contracts;
using Freshet.Testing;

namespace Freshet.Processing.Tests.Bus;

/// <summary>Messages that nobody can read: none is lost, none stays in the way.</summary>
[Collection(RealBusCollection.Name)]
public sealed class ErrorQueuesTests
{
    private const string UnknownType = """{"messageId": "01932b3c-7a4e-7000-8000-000000000009", "messageType": ["urn:message:Somebody:Else"], "message": {}}""";

    [Theory]
    [InlineData("this is not JSON")]
    [InlineData("""{"messageType": ["urn:message:Freshet.Contracts.Events:EventsReceived"], "message": {"batchId": "no id"}}""")]
    [InlineData(UnknownType)]
    public async Task An_unreadable_message_becomes_a_dead_letter_and_holds_up_nothing(string body)
    {
        await using var host = await ProcessingHost.StartAsync();

        await host.SendRawAsync(Queues.EventBatches, Encoding.UTF8.GetBytes(body));
        var batch = await host.ReceiveAsync(new TestEvent("u1"));

        (await host.SettledAsync(batch)).ShouldBe("Applied");
        await Eventually.TrueAsync(async _ => await host.Database.ScalarAsync<long>("select count(*) from dead_letters where stage = 'bus'") == 1, "the dead letter");
        await EmptyAsync(host);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task A_message_about_a_batch_is_dropped_and_counted_because_the_relay_sends_it_again()
    {
        using var measured = new Measurements();
        await using var host = await ProcessingHost.StartAsync(settings: [("Processing:Relaying:AnnounceAfter", "00:00:00.300")]);
        var batch = await host.AppendAsync(new TestEvent("u1"));
        var body = $$$"""{"messageType": ["urn:message:Freshet.Contracts.Events:EventsReceived"], "message": {"batchId": "{{{batch}}}"}}""";

        await host.SendRawAsync(Queues.EventBatchesError, Encoding.UTF8.GetBytes(body));

        await Eventually.TrueAsync(_ => Task.FromResult(measured.Of("freshet.processing.drained", "left_to_relay") == 1), "the message to be dropped");
        (await host.SettledAsync(batch)).ShouldBe("Applied");
        (await host.Database.ScalarAsync<long>("select count(*) from dead_letters")).ShouldBe(0);
        await EmptyAsync(host);
    }

    private static async Task EmptyAsync(ProcessingHost host)
    {
        foreach (var queue in new[] { Queues.EventBatches, Queues.EventBatchesError, Queues.EventBatchesSkipped })
        {
            await Eventually.GetAsync(_ => host.CountAsync(queue), count => count == 0, $"{queue} to be empty");
        }
    }
}
