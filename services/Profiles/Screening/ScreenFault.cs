namespace Freshet.Profiles.Screening;

/// <summary>Why a body cannot be kept: it is not JSON, or JSON that PostgreSQL's jsonb or a second reader would take differently.</summary>
/// <param name="Code">Stable, for programs: <c>json.duplicate-key</c>.</param>
/// <param name="Detail">What is wrong and how to mend it. Holds nothing of the body.</param>
/// <param name="Offset">Bytes from the start of the body to the place.</param>
public sealed record ScreenFault(string Code, string Detail, long Offset)
{
    public static ScreenFault Empty => new("json.empty", "The body is empty. Send a JSON object.", 0);

    public static ScreenFault ByteOrderMark => new("json.byte-order-mark", "The body starts with a byte order mark. Send UTF-8 without one.", 0);

    public static ScreenFault NotUtf8(long offset) => new("json.not-utf8", "The body is not valid UTF-8 from this byte on.", offset);

    public static ScreenFault Malformed(long offset) => new("json.malformed", "The body is not JSON (RFC 8259) at this byte.", offset);

    public static ScreenFault TooDeep(long offset) =>
        new("json.too-deep", $"Objects and arrays are nested deeper than {JsonScreen.MaxDepth}. Flatten the event.", offset);

    public static ScreenFault DuplicateKey(long offset) =>
        new("json.duplicate-key", "An object has two members of one name, and readers would disagree on which counts. Send each once.", offset);

    public static ScreenFault TooManyKeys(long offset) => new("json.too-many-keys", "The names of members cannot be told apart in bounded time.", offset);

    public static ScreenFault Nul(long offset) => new("json.nul-character", "A text holds U+0000, which no store of ours can keep. Leave it out.", offset);

    public static ScreenFault LoneSurrogate(long offset) =>
        new("json.lone-surrogate", "A text holds half of a surrogate pair (\\ud800-\\udfff), which is no character. Send the pair or neither.", offset);

    public static ScreenFault NumberOutOfRange(long offset) =>
        new("json.number-out-of-range", "A number has more than 131072 digits before or 16383 after the decimal point.", offset);
}
