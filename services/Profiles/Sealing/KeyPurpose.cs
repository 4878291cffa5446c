namespace Freshet.Profiles.Sealing;

/// <summary>What a data key seals.</summary>
public enum KeyPurpose
{
    /// <summary>One profile's values and events. Destroying the key erases the person.</summary>
    Profile = 0,

    /// <summary>Raw events before their profile is known, and changes that wait to be published. A new key every day.</summary>
    Batch = 1,

    /// <summary>What Redis holds. A new key every day.</summary>
    Cache = 2,
}
