using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Load;

/// <summary>How long requests took and what they were answered with.</summary>
/// <param name="At">Since the load began.</param>
/// <param name="Took">Until the answer, or until there was none.</param>
/// <param name="Status">0: no answer.</param>
internal readonly record struct Answer(TimeSpan At, TimeSpan Took, int Status);

/// <summary>Delivers as a careful sender does: what got no answer, or was asked to wait, goes again with the same ids until it is acknowledged.</summary>
internal sealed class Sender(HttpClient http, WebhookSigner signer, AckJournal journal, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly AuthenticationHeaderValue WriteKey = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Installation.WriteKey}:")));
    private readonly long started = time.GetTimestamp();

    public ConcurrentQueue<Answer> Answers { get; } = [];

    /// <summary>Good deliveries that were refused for good, or acknowledged with other numbers than were sent.</summary>
    public ConcurrentQueue<string> Wrongs { get; } = [];

    /// <summary>Returns when the delivery is acknowledged and journaled. The position is what the answer said, null after a refusal for good.</summary>
    public async Task<string?> DeliverAsync(Delivery delivery, CancellationToken ct)
    {
        var sentAt = time.GetUtcNow();
        while (true)
        {
            var (status, body) = await TryAsync(delivery, ct);
            if (status is >= 200 and < 300)
            {
                await journal.AddAsync(delivery, sentAt, time.GetUtcNow());
                return PositionOf(delivery, body);
            }

            if (status is >= 400 and < 500 and not (408 or 429))
            {
                Wrongs.Enqueue($"delivery {delivery.Number} was refused with {status}: {body}");
                return null;
            }

            if (status >= 500 && status != 503)
            {
                Wrongs.Enqueue($"delivery {delivery.Number} was answered {status}: {body}");
            }

            await Task.Delay(Pause, time, ct);
        }
    }

    private async Task<(int Status, string Body)> TryAsync(Delivery delivery, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        var began = time.GetTimestamp();
        var status = 0;
        try
        {
            using var request = Request(delivery);
            using var response = await http.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsStringAsync(limit.Token);
            status = (int)response.StatusCode;
            return (status, body);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (0, "");
        }
        finally
        {
            Answers.Enqueue(new Answer(Stopwatch.GetElapsedTime(started, began), time.GetElapsedTime(began), status));
        }
    }

    private HttpRequestMessage Request(Delivery delivery)
    {
        if (delivery.IsWebhook)
        {
            return signer.Sign("/webhooks/demo", delivery.Events[0].MessageId, time.GetUtcNow(), Encoding.UTF8.GetBytes(delivery.Events[0].Json));
        }

        var body = $$"""{"batch":[{{string.Join(',', delivery.Events.Select(@event => @event.Json))}}]}""";
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = WriteKey;
        return request;
    }

    private string? PositionOf(Delivery delivery, string body)
    {
        var answer = JsonElement.Parse(body);
        var count = answer.GetProperty("accepted").GetInt32() + answer.GetProperty("duplicates").GetInt32();
        if (count != delivery.Events.Count)
        {
            Wrongs.Enqueue($"delivery {delivery.Number} of {delivery.Events.Count} events was acknowledged with {body}");
        }

        return answer.GetProperty("position").GetString();
    }
}
