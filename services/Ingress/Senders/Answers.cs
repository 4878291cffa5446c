using Freshet.Ingress.Receiving;

namespace Freshet.Ingress.Senders;

/// <summary>
/// What a kind of sender is answered, since each does something else with the same status: one stops for good where another comes again, and some
/// never come again (<c>docs/senders.md</c> says who).
/// </summary>
public sealed record Answers
{
    /// <summary>Taken, or known from an earlier delivery, or of a type that the source leaves out.</summary>
    public int Success { get; init; } = StatusCodes.Status200OK;

    /// <summary>Whether success is a SOAP acknowledgement in place of a receipt.</summary>
    public bool IsSoap { get; init; }

    /// <summary>In place of 429 and 503, when there is too much of everything; null: these.</summary>
    public int? Busy { get; init; }

    /// <summary>False: events over the source's rate are taken anyhow, since the sender would not bring them again.</summary>
    public bool IsThrottled { get; init; } = true;

    /// <summary>The source is switched off.</summary>
    public int Disabled { get; init; } = StatusCodes.Status410Gone;

    /// <summary>A proven request that can never be taken, in place of 400 and 413; null: these.</summary>
    public int? Hopeless { get; init; }

    /// <summary>A refusal says what is wrong in member <c>error</c> too, where this sender looks for it.</summary>
    public bool NamesError { get; init; }

    /// <summary>A refusal as this sender needs it.</summary>
    public Refusal Adapt(Refusal refusal) => NamesError
        ? refusal with { Members = new Dictionary<string, object?>(refusal.Members ?? new Dictionary<string, object?>()) { ["error"] = refusal.Detail } }
        : WithStatus(refusal);

    private Refusal WithStatus(Refusal refusal) => refusal.Status switch
    {
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => refusal with { Status = Busy ?? refusal.Status },
        StatusCodes.Status410Gone => refusal with { Status = Disabled },
        StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge => refusal with { Status = Hopeless ?? refusal.Status },
        _ => refusal,
    };
}
