namespace Freshet.Processing.Bus;

/// <summary>Where the broker is.</summary>
internal static class Broker
{
    private const string Key = "ConnectionStrings:rabbitmq";
    private const string Example = "amqp://guest:secret@localhost:5672";

    /// <exception cref="InvalidOperationException">The setting is missing or is no address.</exception>
    public static Uri Of(IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => throw new InvalidOperationException($"{Key} is not set. Example: {Example}"),
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "amqp" or "amqps" => new Uri(text),
        _ => throw new InvalidOperationException($"{Key} is not an AMQP address. Example: {Example}"),
    };
}
