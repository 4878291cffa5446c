namespace Freshet.Profiles.Sealing;

/// <summary>A key is missing, destroyed, or wrapped by a secret that this host does not have.</summary>
public sealed class SealingException(string message) : Exception(message);
