using Freshet.Ingress.Receiving;

namespace Freshet.Ingress.Tracking;

/// <summary>One call of a request that is not accepted, and why.</summary>
/// <param name="Index">Its place in the batch; 0 for a single call.</param>
/// <param name="Code">Stable, for programs: <c>tracking.identity-missing</c>.</param>
/// <param name="Detail">What is wrong and how to mend it. Holds nothing of the call.</param>
/// <param name="Pointer">JSON pointer to the place in the request's body.</param>
public sealed record RefusedItem(int Index, string Code, string Detail, string Pointer)
{
    /// <summary>The refusal of a request none of whose calls is accepted.</summary>
    public static Refusal RefusalOf(IReadOnlyList<RefusedItem> refused) =>
        new(StatusCodes.Status400BadRequest, refused[0].Code, refused[0].Detail, Members: new Dictionary<string, object?>
        {
            ["pointer"] = refused[0].Pointer,
            ["rejected"] = refused.Select(item => new Dictionary<string, object?>
            {
                ["index"] = item.Index,
                ["code"] = item.Code,
                ["detail"] = item.Detail,
                ["pointer"] = item.Pointer,
            }).ToArray(),
        });
}
