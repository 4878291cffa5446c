namespace Freshet.Profiles.Sources;

/// <summary>How a sender of kind <see cref="SourceKind.Hmac"/> signs.</summary>
public sealed record HmacSettings
{
    /// <summary>The part of <see cref="Signed"/> that stands for the raw body.</summary>
    public const string Body = "{body}";

    /// <summary>The part of <see cref="Signed"/> that stands for the value of <see cref="TimestampHeader"/>.</summary>
    public const string Timestamp = "{timestamp}";

    /// <summary>The part of <see cref="Signed"/> that stands for the value of <see cref="IdHeader"/>.</summary>
    public const string Id = "{id}";

    /// <summary>The header that holds the signature.</summary>
    public required string Header { get; init; }

    /// <summary>What stands before the signature in its header, like <c>sha256=</c>.</summary>
    /// <value>Nothing.</value>
    public string Prefix { get; init; } = "";

    /// <value>SHA-256.</value>
    public MacAlgorithm Algorithm { get; init; } = MacAlgorithm.Sha256;

    /// <value>Lower-case hexadecimal digits.</value>
    public MacEncoding Encoding { get; init; } = MacEncoding.Hex;

    /// <summary>What is signed: text with <c>{body}</c> once, and <c>{timestamp}</c> and <c>{id}</c> where the sender puts them.</summary>
    /// <value>The body alone.</value>
    public string Signed { get; init; } = Body;

    /// <summary>The header with the time of sending in unix seconds; null: the sender signs no time, and an old request cannot be told from a new one.</summary>
    public string? TimestampHeader { get; init; }

    /// <summary>How far that time may be from ours, in both directions.</summary>
    /// <value>Five minutes.</value>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The header with the sender's idempotency key.</summary>
    public string? IdHeader { get; init; }

    /// <summary>Dotted path of the idempotency key in the body. With neither, an event is known by the hash of its bytes.</summary>
    public string? IdPath { get; init; }
}

/// <summary>The hash of an HMAC.</summary>
public enum MacAlgorithm
{
    Sha256 = 0,

    /// <summary>Old, but as an HMAC not broken.</summary>
    Sha1 = 1,
    Sha512 = 2,
}

/// <summary>How a signature is written.</summary>
public enum MacEncoding
{
    /// <summary>Lower-case hexadecimal digits.</summary>
    Hex = 0,
    Base64 = 1,
}
