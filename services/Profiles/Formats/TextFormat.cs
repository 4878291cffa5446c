namespace Freshet.Profiles.Formats;

/// <summary>What a text is, and so which one form it has. A text that is none of it is refused; nothing is guessed.</summary>
public enum TextFormat
{
    /// <summary>An address: domain in lower case and A-labels, the part before the at sign as it was written.</summary>
    Email = 0,

    /// <summary>A telephone number as E.164: <c>+442079460958</c>.</summary>
    Phone = 1,

    /// <summary>ISO 3166-1 alpha-2: <c>AT</c>.</summary>
    Country = 2,

    /// <summary>A BCP 47 tag: <c>de-AT</c>.</summary>
    Language = 3,

    /// <summary>ISO 4217: <c>EUR</c>.</summary>
    Currency = 4,

    /// <summary>A name of the IANA time zone database: <c>Europe/Vienna</c>.</summary>
    Timezone = 5,

    /// <summary>A name of somebody or something: Unicode NFC, without white space around it and with single spaces in it.</summary>
    Name = 6,

    /// <summary>An absolute http or https address.</summary>
    Url = 7,
}
