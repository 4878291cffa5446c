using System.Text;
using Freshet.Chaos.Hosting;
using Freshet.Chaos.Load;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Attacks;

/// <summary>Webhooks of two kilobytes that nobody signed with the right secret, as fast as four connections can send them.</summary>
internal sealed class SignatureAttack(ChaosInstallation installation) : Attack
{
    private const int Connections = 4;
    private static readonly WebhookSigner Signer = new("whsec_" + Convert.ToBase64String(new byte[32]));
    private static readonly byte[] Body = Encoding.UTF8.GetBytes($$$"""{"type":"order.completed","data":{"user_id":"x","note":"{{{new string('x', 2_000)}}}"}}""");

    protected override async Task RunAsync(CancellationToken stop)
    {
        using var client = BareClient.For(installation.IngressAddress);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async connection =>
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                try
                {
                    using var request = Signer.Sign("/webhooks/demo", $"forged-{connection}-{number}", TimeProvider.System.GetUtcNow(), Body);
                    using var response = await client.SendAsync(request, stop);
                    Count($"forged {(int)response.StatusCode}");
                }
                catch (Exception end) when (end is HttpRequestException or OperationCanceledException)
                {
                    Count(stop.IsCancellationRequested ? "stopped" : "forged: no answer");
                }
            }
        }));
    }

    protected override bool IsWrong(string answer) => answer is not ("forged 401" or "forged 429" or "stopped");
}
