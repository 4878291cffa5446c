using System.ComponentModel.DataAnnotations;

namespace Freshet.Profiles.Sealing;

/// <summary>The secrets that everything at rest is sealed with. Section <c>Sealing</c>.</summary>
public sealed class SealingOptions
{
    private const string Cure = "must be a secret text of at least 32 characters, for example the output of 'openssl rand -base64 32'";

    /// <summary>Wraps every data key. Losing it means losing all sealed data; keep a copy outside this installation.</summary>
    [Required(ErrorMessage = "Sealing:KeyEncryptionKey is not set: it " + Cure)]
    [MinLength(32, ErrorMessage = "Sealing:KeyEncryptionKey is too short: it " + Cure)]
    public string KeyEncryptionKey { get; set; } = "";

    /// <summary>The former <see cref="KeyEncryptionKey"/>, only while keys are being rotated: it opens, and never seals.</summary>
    /// <value>Null: no rotation is going on.</value>
    [MinLength(32, ErrorMessage = "Sealing:PreviousKeyEncryptionKey is too short: it " + Cure)]
    public string? PreviousKeyEncryptionKey { get; set; }

    /// <summary>Keys the blind index of identities. It cannot be rotated without re-indexing every identity.</summary>
    [Required(ErrorMessage = "Sealing:IdentityIndexKey is not set: it " + Cure)]
    [MinLength(32, ErrorMessage = "Sealing:IdentityIndexKey is too short: it " + Cure)]
    public string IdentityIndexKey { get; set; } = "";

    /// <summary>How many unwrapped data keys a process keeps in memory at most.</summary>
    /// <value>50,000 (about 10 MB).</value>
    [Range(100, 10_000_000)]
    public int CachedKeys { get; set; } = 50_000;
}
