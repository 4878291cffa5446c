using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Contracts;
using Freshet.Contracts.Events;
using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task A_spilled_batch_that_nobody_can_open_becomes_a_dead_letter_that_holds_it_whole()
    {
        using var measured = new Measurements();
        await using var host = await ProcessingHost.StartAsync();
        var body = Spilled(new BatchSpilled(Guid.CreateVersion7(), Guid.CreateVersion7(), RandomNumberGenerator.GetBytes(1024 * 1024)));

        await host.SendRawAsync(Queues.SpilledBatchesError, body);
        await Eventually.TrueAsync(_ => Task.FromResult(measured.Of("freshet.processing.drained", "dead_lettered") == 1), "the message to be kept");

        var letter = (await host.Services.GetRequiredService<DeadLetterStore>().ListAsync(new DeadLetterFilter(), 10, null, CancellationToken.None)).Items.ShouldHaveSingleItem();
        (letter.Stage, letter.Code, letter.SourceId).ShouldBe(("bus", "bus.spilled", "bus"));
        (await host.Services.GetRequiredService<DeadLetterStore>().RawAsync(letter.Id, CancellationToken.None))!.Body.ToArray().ShouldBe(body);
        measured.Of("freshet.processing.dead_lettered", "bus").ShouldBe(1);
        await EmptyAsync(host);
        await host.LedgerClosesAsync();
    }

    [Theory]
    [InlineData(Queues.SpilledBatchesError)]
    [InlineData(Queues.SpilledBatchesSkipped)]
    public async Task A_spilled_batch_that_failed_once_is_stored_when_it_can_be(string queue)
    {
        await using var host = await ProcessingHost.StartAsync(settings: [("Processing:Relaying:AnnounceAfter", "00:00:00.300")]);
        var received = new TestEvent("u1");
        var batch = await host.EventLog.SealAsync(new EventBatch { BatchId = Guid.CreateVersion7(), Events = [received.ToRaw()] }, CancellationToken.None);

        await host.SendRawAsync(queue, Spilled(new BatchSpilled(batch.BatchId, batch.KeyId, batch.Payload)));

        await Eventually.TrueAsync(async _ => (await host.AppliedAsync(received))[0] == 1, "the event to be applied");
        (await host.Database.ScalarAsync<long>("select count(*) from dead_letters")).ShouldBe(0);
        await EmptyAsync(host);
        await host.LedgerClosesAsync();
    }

    private static byte[] Spilled(BatchSpilled batch) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        messageType = new[] { "urn:message:Freshet.Contracts.Events:BatchSpilled" },
        message = new { batchId = batch.BatchId, keyId = batch.KeyId, payload = batch.Payload },
    });

    private static async Task EmptyAsync(ProcessingHost host)
    {
        foreach (var queue in Queues.All.Select(known => known.Name).Where(name => name != Queues.SpilledBatches))
        {
            await Eventually.GetAsync(_ => host.CountAsync(queue), count => count == 0, $"{queue} to be empty");
        }
    }
}
