namespace Freshet.Processing.Bus;

/// <summary>Where the broker is, with its credentials. Never logged.</summary>
public sealed record Broker(Uri Address)
{
    private const string Key = "ConnectionStrings:rabbitmq";
    private const string Example = "amqp://guest:secret@localhost:5672";

    /// <exception cref="InvalidOperationException">The setting is missing or is no address.</exception>
    public static Broker Of(string? setting) =>
        Uri.TryCreate(setting, UriKind.Absolute, out var address) && address.Scheme is "amqp" or "amqps"
            ? new Broker(new Uri(setting!))
            : throw new InvalidOperationException(
                $"{Key} is {(string.IsNullOrEmpty(setting) ? "not set" : "not an AMQP address")}. Set it (environment ConnectionStrings__rabbitmq), for example to \"{Example}\".");
}
