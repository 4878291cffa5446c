namespace Freshet.Ingress.Tracking;

/// <summary>One call of a request that is not accepted, and why.</summary>
/// <param name="Index">Its place in the batch; 0 for a single call.</param>
/// <param name="Code">Stable, for programs: <c>tracking.identity-missing</c>.</param>
/// <param name="Detail">What is wrong and how to mend it. Holds nothing of the call.</param>
/// <param name="Pointer">JSON pointer to the place in the request's body.</param>
public sealed record RefusedItem(int Index, string Code, string Detail, string Pointer);
