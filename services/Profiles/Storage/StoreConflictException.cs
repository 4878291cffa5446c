namespace Freshet.Profiles.Storage;

/// <summary>Others changed the same profiles again and again while this transaction waited for them. Try the whole transaction again.</summary>
public sealed class StoreConflictException(string message) : Exception(message);
