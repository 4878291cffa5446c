using System.Net.Http.Headers;
using System.Net.Mime;
using Freshet.Benchmarks.Load;
using Freshet.Benchmarks.References;
using Freshet.Benchmarks.Reporting;
using Freshet.Benchmarks.Running;
using Freshet.Testing.Drivers;

namespace Freshet.Benchmarks.Query;

/// <summary>
/// A profile by email through GraphQL, once as text and once as trusted document, against a bare Kestrel endpoint that reads the same
/// requests and answers the bytes of one of our answers. The ratio is that of the trusted document.
/// </summary>
internal sealed class QueryBenchmark(Lab lab, Uri reference, BenchmarkArguments arguments)
{
    private const int Profiles = 10_000;
    private readonly RequestTape asText = ProfileQuery.Tape(arguments.Profiles ?? Profiles, isTrusted: false);
    private readonly RequestTape trusted = ProfileQuery.Tape(arguments.Profiles ?? Profiles, isTrusted: true);

    public static async Task<BenchmarkResult> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.WithProfilesAsync(arguments, Profiles, cancellationToken);
        var (file, contentType) = await SampleAsync(lab, cancellationToken);
        await using var reference = await ReferenceProcess.StartAsync(ReferencePrograms.Query, [file, contentType], cancellationToken);
        File.Delete(file);
        return await new QueryBenchmark(lab, reference.Address, arguments).MeasureAsync(cancellationToken);
    }

    private async Task<BenchmarkResult> MeasureAsync(CancellationToken cancellationToken)
    {
        await RoundAsync("warm-up", TimeSpan.FromSeconds(12), cancellationToken);
        var rounds = new List<(double, double)>();
        for (var round = 1; round <= (arguments.Rounds ?? 3); round++)
        {
            rounds.Add(await RoundAsync($"round {round}", TimeSpan.FromSeconds(arguments.Seconds ?? 5), cancellationToken));
        }

        return BenchmarkResult.OfRounds("query", "/s", rounds);
    }

    private async Task<(double Ours, double Reference)> RoundAsync(string name, TimeSpan length, CancellationToken cancellationToken)
    {
        var text = await LoadAsync(lab.Gateway, asText, length, ProfileQuery.IsGood, cancellationToken);
        var before = ProcessTree.Read();
        var ours = await LoadAsync(lab.Gateway, trusted, length, ProfileQuery.IsGood, cancellationToken);
        var used = ProcessTree.Read().Since(before);
        var bare = await LoadAsync(reference, trusted, length, ProfileQuery.IsGood, cancellationToken);
        Console.WriteLine($"  {name}: trusted {ours}; as text {text}; bare {bare}");
        Console.WriteLine($"    processor time of ours, trusted: {used}");
        return (ours.Rate, bare.Rate);
    }

    private async Task<LoadResult> LoadAsync(Uri address, RequestTape tape, TimeSpan length, AnswerCheck check, CancellationToken cancellationToken)
    {
        using var generator = new LoadGenerator(address, arguments.Connections ?? 64);
        return await generator.RunAsync(new LoadPlan(tape, length, check) { Repeats = true }, cancellationToken);
    }

    /// <summary>One of our answers, in a file that the reference reads.</summary>
    private static async Task<(string File, string ContentType)> SampleAsync(Lab lab, CancellationToken cancellationToken)
    {
#pragma warning disable RS0030 // A plain request, without retries.
        using var client = new HttpClient { BaseAddress = lab.Gateway };
#pragma warning restore RS0030
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql");
        request.Content = new ByteArrayContent(ProfileQuery.Body(Customers.Email(1), isTrusted: true));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        request.Headers.Authorization = new("Bearer", Installation.ApiKey);
        request.Headers.Accept.ParseAdd("application/graphql-response+json");
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!ProfileQuery.IsGood((int)response.StatusCode, answer))
        {
            throw new InvalidOperationException($"The sample query was answered {(int)response.StatusCode} with {System.Text.Encoding.UTF8.GetString(answer)}");
        }

        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, answer, cancellationToken);
        Console.WriteLine($"  an answer has {answer.Length} bytes");
        return (file, response.Content.Headers.ContentType!.ToString());
    }
}
