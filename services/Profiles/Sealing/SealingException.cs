namespace Freshet.Profiles.Sealing;

/// <summary>A key is missing, destroyed, or wrapped by a secret that this host does not have.</summary>
public sealed class SealingException(string message) : Exception(message)
{
    /// <summary>The key was destroyed on purpose: what it sealed is erased, and trying again cannot help.</summary>
    public bool IsErased { get; init; }
}
