namespace Freshet.Profiles.Storage;

/// <summary>PostgreSQL is away, overloaded or shutting down. The same call may succeed later; nothing is wrong with its data.</summary>
public sealed class StoreUnavailableException(string message, Exception inner) : Exception(message, inner);
