using Freshet.Simulators.Signing;

namespace Freshet.Simulators.Sending;

/// <summary>Delivers events as a vendor does: with its retries, its giving up, and its bad habits (a second time, out of order).</summary>
public sealed class SimulatedSender(HttpClient http, Vendor vendor, SenderSettings settings, TimeProvider time)
{
    private readonly Random _random = new(settings.Seed);
    private readonly Lock _turn = new();
    private int _failuresInARow;

    /// <summary>False from when the vendor ends the subscription: what happens then is never sent.</summary>
    public bool IsSubscribed { get; private set; } = true;

    /// <summary>After each attempt, with the answer's status; 0 if there was none.</summary>
    public Action<VendorEvent, int>? Attempted { get; init; }

    /// <summary>Delivers all, in an order of its own, several at a time.</summary>
    public async Task<IReadOnlyList<Delivery>> DeliverAsync(IReadOnlyList<VendorEvent> events, CancellationToken ct)
    {
        var order = events.ToArray();
        _random.Shuffle(order);
        var deliveries = new List<Delivery>();
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = settings.AtOnce, CancellationToken = ct }, async (one, token) =>
        {
            var delivery = await DeliverAsync(one, token);
            lock (_turn)
            {
                deliveries.Add(delivery);
            }
        });
        return deliveries;
    }

    /// <summary>Delivers one, until it is done or the vendor gives up.</summary>
    public async Task<Delivery> DeliverAsync(VendorEvent happened, CancellationToken ct)
    {
        var first = time.GetUtcNow();
        for (var number = 0; IsSubscribed; number++)
        {
            var (status, body) = await SendAsync(happened, number, first, ct);
            var isDone = vendor.Manner.IsDone(status, body);
            Count(isDone);
            Attempted?.Invoke(happened, status);
            if (isDone)
            {
                return new Delivery(happened, number + 1, await AgainAsync(happened, number, first, ct) ? Ending.DeliveredTwice : Ending.Delivered);
            }

            if (vendor.Manner.IsFinal(status))
            {
                return new Delivery(happened, number + 1, Ending.Refused);
            }

            if (number == vendor.Manner.Waits.Count)
            {
                IsSubscribed &= !vendor.Manner.EndsWithALoss;
                return new Delivery(happened, number + 1, Ending.GivenUp);
            }

            await Task.Delay(vendor.Manner.Waits[number] * settings.TimeScale, time, ct);
        }

        return new Delivery(happened, 0, Ending.Unsubscribed);
    }

    private void Count(bool isDone)
    {
        lock (_turn)
        {
            _failuresInARow = isDone ? 0 : _failuresInARow + 1;
            IsSubscribed &= _failuresInARow < vendor.Manner.EndsAfter;
        }
    }

    // Who sends again until it is taken sometimes does so when it was.
    private async Task<bool> AgainAsync(VendorEvent happened, int number, DateTimeOffset first, CancellationToken ct)
    {
        bool isDoubled;
        lock (_turn)
        {
            isDoubled = vendor.Manner.Waits.Count > 0 && _random.NextDouble() < settings.Doubled;
        }

        if (isDoubled)
        {
            await SendAsync(happened, number + 1, first, ct);
        }

        return isDoubled;
    }

    private async Task<(int Status, string Body)> SendAsync(VendorEvent happened, int number, DateTimeOffset first, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(vendor.Manner.Patience);
        try
        {
            using var request = vendor.Request(new Attempt(happened, settings.Address, settings.Key, number, first, time.GetUtcNow()));
            using var answer = await http.SendAsync(request, patience.Token);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(patience.Token));
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (0, "");
        }
    }
}

/// <summary>How a simulated sender sends.</summary>
/// <param name="Address">The source's address.</param>
/// <param name="Key">Its secret.</param>
public sealed record SenderSettings(Uri Address, string Key)
{
    /// <summary>By which the vendor's waits are multiplied. <value>1: as long as the vendor waits.</value></summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>The share of deliveries that come twice. <value>0.02.</value></summary>
    public double Doubled { get; init; } = 0.02;

    /// <summary>How many requests are under way at once. <value>4.</value></summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Of what is left to chance. <value>1.</value></summary>
    public int Seed { get; init; } = 1;
}

/// <summary>What became of an event.</summary>
public sealed record Delivery(VendorEvent Event, int Attempts, Ending Ending)
{
    public bool IsLost => Ending is not (Ending.Delivered or Ending.DeliveredTwice);
}

/// <summary>How a delivery ends.</summary>
public enum Ending
{
    Delivered,
    DeliveredTwice,

    /// <summary>By an answer after which this vendor does not come again.</summary>
    Refused,

    /// <summary>After the vendor's last attempt.</summary>
    GivenUp,

    /// <summary>The vendor had ended the subscription.</summary>
    Unsubscribed,
}
