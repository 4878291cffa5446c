namespace Freshet.Ingress.Verifying;

/// <summary>What a proof may look at besides the body. The address is not taken from here: behind a proxy the sender knows another one, which
/// the source's settings name.</summary>
/// <param name="Headers">As they came.</param>
/// <param name="Method">In upper case.</param>
/// <param name="Query">From the question mark on, not decoded; empty if there is none.</param>
/// <param name="Now">When the request was read.</param>
public readonly record struct RequestHead(IHeaderDictionary Headers, string Method, string Query, DateTimeOffset Now)
{
    public static RequestHead Of(HttpRequest request, DateTimeOffset now) => new(request.Headers, request.Method, request.QueryString.Value ?? "", now);
}
