namespace Freshet.Profiles.Events;

/// <summary>Why an event cannot be applied; it becomes a dead letter.</summary>
/// <param name="Stage"><c>read</c>: the body is not what its format promises. <c>map</c>: it is, but it says too little.</param>
/// <param name="Code">Stable, dotted: <c>identity.missing</c>.</param>
/// <param name="Reason">Tells the cure. Never holds a value of the event.</param>
/// <param name="Place">Where in a mapping: name and line. Null where none took part.</param>
public sealed record EventRefusal(string Stage, string Code, string Reason, string? Place = null);
