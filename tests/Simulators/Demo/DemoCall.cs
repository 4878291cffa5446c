namespace Freshet.Simulators.Demo;

/// <summary>One request of the demo stream.</summary>
/// <param name="Path">A tracking call (<c>/v1/...</c>), or the webhook of the demo shop.</param>
/// <param name="MessageId">The same for the same place in the same stream.</param>
/// <param name="Body">JSON.</param>
public sealed record DemoCall(string Path, string MessageId, string Body)
{
    public const string Shop = "/webhooks/demo";

    public bool IsWebhook => Path == Shop;
}
