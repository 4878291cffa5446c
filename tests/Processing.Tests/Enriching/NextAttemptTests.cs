using Freshet.Processing.Enriching;
using Freshet.Processing.Retrying;
using Freshet.Profiles.Enriching;
using Freshet.ServiceDefaults.Calling;

namespace Freshet.Processing.Tests.Enriching;

public sealed class NextAttemptTests
{
    private static readonly HttpEnrichment Enrichment = new() { Name = "perks", SourceId = "provider", Attempts = 3 };

    [Fact]
    public void Failures_count_and_wait_longer_each_time_until_they_are_too_many()
    {
        var failed = new ProviderAnswer.Failed("timed-out");

        var second = Decide(failed, 2).ShouldBeOfType<RetryDecision.RetryAt>();

        second.Attempt.ShouldBe(2);
        second.Delay.ShouldBeInRange(TimeSpan.FromSeconds(48), TimeSpan.FromSeconds(72));
        Decide(failed, 3).ShouldBe(new RetryDecision.GiveUp(3));
        NextAttempt.ReasonOf(failed).ShouldBe("timed-out");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 7)]
    [InlineData(100_000_000, 86_400)]
    public void A_wait_that_the_provider_asks_for_is_kept_and_does_not_count(int asked, int waited) =>
        Decide(new ProviderAnswer.Later(TimeSpan.FromSeconds(asked)), 3).ShouldBe(new RetryDecision.RetryAt(TimeSpan.FromSeconds(waited), 2));

    [Fact]
    public void What_was_not_asked_does_not_count()
    {
        Decide(new ProviderAnswer.NotAsked(), 3).ShouldBeOfType<RetryDecision.RetryAt>().Attempt.ShouldBe(2);
        Decide(new ProviderAnswer.Later(null), 3).ShouldBeOfType<RetryDecision.RetryAt>().Attempt.ShouldBe(2);
    }

    [Fact]
    public void Answers_are_told_apart()
    {
        EnrichmentProvider.AnswerOf(new CallResult.Answered(204, [])).ShouldBe(new ProviderAnswer.NotKnown());
        EnrichmentProvider.AnswerOf(new CallResult.Answered(429, [])).ShouldBe(new ProviderAnswer.Later(null));
        EnrichmentProvider.AnswerOf(new CallResult.Answered(503, []) { RetryAfter = TimeSpan.FromSeconds(3) }).ShouldBe(new ProviderAnswer.Later(TimeSpan.FromSeconds(3)));
        EnrichmentProvider.AnswerOf(new CallResult.Answered(503, [])).ShouldBe(new ProviderAnswer.Failed("status-503"));
        EnrichmentProvider.AnswerOf(new CallResult.Failed(CallFailure.CircuitOpen)).ShouldBe(new ProviderAnswer.NotAsked());
        EnrichmentProvider.AnswerOf(new CallResult.Failed(CallFailure.TimedOut)).ShouldBe(new ProviderAnswer.Failed("timed-out"));
    }

    private static RetryDecision Decide(ProviderAnswer answer, int attempt) => NextAttempt.Decide(
        answer, new ClaimedOrder(Guid.Empty, "perks", Guid.Empty, 1, attempt, Guid.Empty), Enrichment, new EnrichingOptions());
}
