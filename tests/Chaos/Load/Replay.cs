namespace Freshet.Chaos.Load;

/// <summary>What an operator and an anxious sender do afterwards: all dead letters again, twice, and every delivery of the day again, twice. It must change nothing.</summary>
internal sealed class Replay(Scene scene)
{
    private const int Rounds = 2;
    private const int AtATime = 8;

    private const string Mutation =
        """
        mutation($from: DateTime!, $to: DateTime!) {
          replayDeadLetters(from: $from, to: $to, source: "demo") { run { events } errors { code message } }
        }
        """;

    public async Task RunAsync(CancellationToken ct)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var now = TimeProvider.System.GetUtcNow();
            await scene.Gateway.QueryAsync(Mutation, new { from = now.AddDays(-1), to = now.AddMinutes(1) }, ct);
            await Parallel.ForEachAsync(scene.Crowd.Begun(), new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (delivery, stop) =>
                await scene.Sender.DeliverAsync(delivery, stop));
        }
    }
}
