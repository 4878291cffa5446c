namespace Freshet.Simulators.Signing;

/// <summary>Something that happened at a vendor, before it is made into a request.</summary>
/// <param name="Id">The vendor's idempotency key: the same on every attempt.</param>
/// <param name="Headers">Headers that tell what it is, such as the topic; not those of the proof.</param>
/// <param name="Body">JSON of one event, as the vendor writes it. What a vendor puts around it (an array, a signature, SOAP) is added by its <see cref="Vendor"/>.</param>
public sealed record VendorEvent(string Id, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public static VendorEvent Of(string id, string body, params (string Name, string Value)[] headers) =>
        new(id, headers.ToDictionary(header => header.Name, header => header.Value), System.Text.Encoding.UTF8.GetBytes(body));
}
