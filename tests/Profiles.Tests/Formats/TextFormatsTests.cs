using CsCheck;
using Freshet.Profiles.Formats;

namespace Freshet.Profiles.Tests.Formats;

public sealed class TextFormatsTests
{
    [Theory]
    [InlineData(TextFormat.Email, " Ann.Smith+News@Example.COM ", "Ann.Smith+News@example.com")]
    [InlineData(TextFormat.Email, "ann@Bücher.example", "ann@xn--bcher-kva.example")]
    [InlineData(TextFormat.Email, "ann@straße.example", "ann@xn--strae-oqa.example")]
    [InlineData(TextFormat.Email, "zoe\u0308@example.org", "zo\u00eb@example.org")]
    [InlineData(TextFormat.Email, "ann", null)]
    [InlineData(TextFormat.Email, "ann@example", null)]
    [InlineData(TextFormat.Email, "ann@example.com\u0000", null)]
    [InlineData(TextFormat.Email, "Ann <ann@example.com>", null)]
    [InlineData(TextFormat.Phone, "+44 (0)20 7946 0958", "+442079460958")]
    [InlineData(TextFormat.Phone, "tel:+442079460958", null)]
    [InlineData(TextFormat.Phone, "020 7946 0958", null)]
    [InlineData(TextFormat.Phone, "+1 212 CALL ME", null)]
    [InlineData(TextFormat.Country, "at", "AT")]
    [InlineData(TextFormat.Country, "AUT", "AT")]
    [InlineData(TextFormat.Country, "austria", "AT")]
    [InlineData(TextFormat.Country, "U.S.A.", "US")]
    [InlineData(TextFormat.Country, "Cote d'Ivoire", "CI")]
    [InlineData(TextFormat.Country, "Türkiye", "TR")]
    [InlineData(TextFormat.Country, "Turkiye", "TR")]
    [InlineData(TextFormat.Country, "Bosnia and Herzegovina", "BA")]
    [InlineData(TextFormat.Country, "Congo", null)]
    [InlineData(TextFormat.Country, "XX", null)]
    [InlineData(TextFormat.Country, "Österreich", null)]
    [InlineData(TextFormat.Language, "de_at", "de-AT")]
    [InlineData(TextFormat.Language, "GER", "de")]
    [InlineData(TextFormat.Language, "zh-hant-tw", "zh-Hant-TW")]
    [InlineData(TextFormat.Language, "es-419", "es-419")]
    [InlineData(TextFormat.Language, "de-CH-1996", "de-CH-1996")]
    [InlineData(TextFormat.Language, "en-US-x-Twain", "en-US-x-twain")]
    [InlineData(TextFormat.Language, "gsw", "gsw")]
    [InlineData(TextFormat.Language, "en-XX", null)]
    [InlineData(TextFormat.Language, "German", null)]
    [InlineData(TextFormat.Language, "xx", null)]
    [InlineData(TextFormat.Currency, " eur ", "EUR")]
    [InlineData(TextFormat.Currency, "€", null)]
    [InlineData(TextFormat.Currency, "XAU", null)]
    [InlineData(TextFormat.Timezone, "europe/vienna", "Europe/Vienna")]
    [InlineData(TextFormat.Timezone, "W. Europe Standard Time", "Europe/Berlin")]
    [InlineData(TextFormat.Timezone, "utc", "UTC")]
    [InlineData(TextFormat.Timezone, "Europe/Atlantis", null)]
    [InlineData(TextFormat.Timezone, "../../etc/passwd", null)]
    [InlineData(TextFormat.Timezone, "+02:00", null)]
    [InlineData(TextFormat.Name, "  Ada \t Lovelace ", null)]
    [InlineData(TextFormat.Name, "  Ada \u00a0 Lovelace ", "Ada Lovelace")]
    [InlineData(TextFormat.Name, "Zoe\u0308", "Zo\u00eb")]
    [InlineData(TextFormat.Name, "   ", null)]
    [InlineData(TextFormat.Url, "HTTPS://Bücher.Example:443/a/../b c?q=ä#x", "https://xn--bcher-kva.example/b%20c?q=%C3%A4#x")]
    [InlineData(TextFormat.Url, "http://example.com:8080", "http://example.com:8080/")]
    [InlineData(TextFormat.Url, "http://[::1]/%%41", "http://[::1]/%25A")]
    [InlineData(TextFormat.Url, "http://a.example/100%", "http://a.example/100%25")]
    [InlineData(TextFormat.Url, "http://\u00E9aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example/", null)]
    [InlineData(TextFormat.Url, "http://\u00E9_.\u0301/", null)]
    [InlineData(TextFormat.Url, "https://user:secret@example.com/", null)]
    [InlineData(TextFormat.Url, "javascript:alert(1)", null)]
    [InlineData(TextFormat.Url, "www.example.com", null)]
    public void A_text_has_the_form_of_its_format_or_none(TextFormat format, string text, string? normal) =>
        TextFormats.Normalize(format, text, null).ShouldBe(normal);

    [Theory]
    [InlineData("020 7946 0958", "GB", "+442079460958")]
    [InlineData("0660 1234567", "AT", "+436601234567")]
    [InlineData("(212) 555-0100", "US", "+12125550100")]
    [InlineData("06 1234 5678", "IT", "+390612345678")]
    [InlineData("+442079460958", "AT", "+442079460958")]
    [InlineData("12", "AT", null)]
    public void A_phone_number_without_its_country_takes_the_one_that_is_given(string text, string country, string? normal) =>
        TextFormats.Normalize(TextFormat.Phone, text, country).ShouldBe(normal);

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_normal_form_is_its_own_normal_form_whatever_country_comes_with_it(TextFormat format) =>
        Gen.Select(Texts(format), OneOf<string?>(null, "AT", "US", "IT", "AR", "MX")).Sample((text, country) =>
        {
            if (TextFormats.Normalize(format, text, country) is { } normal)
            {
                TextFormats.Normalize(format, normal, null).ShouldBe(normal);
                TextFormats.Normalize(format, normal, "DE").ShouldBe(normal);
            }
        });

    [Fact]
    public void Two_emails_become_one_only_if_the_local_parts_are_the_same_text_and_the_domains_the_same_name() =>
        Gen.Select(Texts(TextFormat.Email), Texts(TextFormat.Email)).Sample((one, other) =>
        {
            var first = TextFormats.Normalize(TextFormat.Email, one, null);
            if (first is not null && first == TextFormats.Normalize(TextFormat.Email, other, null))
            {
                var (a, b) = (one.Trim().Normalize(), other.Trim().Normalize());
                a[..a.LastIndexOf('@')].ShouldBe(b[..b.LastIndexOf('@')]);
                Spelling(a).ShouldBe(Spelling(b));
            }
        });

    public static TheoryData<TextFormat> Formats => [.. Enum.GetValues<TextFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_text_with_what_is_no_character_is_none_of_the_formats(TextFormat format)
    {
        // Here, because attributes cannot hold them.
        foreach (var text in (string[])["half \ud800 a pair@example.org", "\udc00@example.org", "ann\ufffe@example.org", "+4420794\ufffe60958"])
        {
            TextFormats.Normalize(format, text, "GB").ShouldBeNull();
        }
    }

    [Fact]
    public void The_sign_for_a_character_that_was_lost_is_a_character() =>
        TextFormats.Normalize(TextFormat.Name, "Zo\ufffd \ud83d\ude00", null).ShouldBe("Zo\ufffd \ud83d\ude00");

    [Theory]
    [InlineData("+0043660123456")]
    [InlineData("+999123456789")]
    [InlineData("+")]
    [InlineData("+4")]
    [InlineData("- / ( )")]
    [InlineData("+43 660 1234567 1234567 1234567 123456")]
    public void What_cannot_be_a_phone_number_is_refused_without_an_exception(string text)
    {
        TextFormats.Normalize(TextFormat.Phone, text, "AT").ShouldBeNull();
        var thread = Environment.CurrentManagedThreadId;
        var thrown = 0;
        EventHandler<System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs> count = (_, _) => thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += count;
        TextFormats.Normalize(TextFormat.Phone, text, "AT").ShouldBeNull();
        AppDomain.CurrentDomain.FirstChanceException -= count;
        thrown.ShouldBe(0);
    }

    [Fact]
    public void A_phone_number_in_its_own_form_is_read_once()
    {
        _ = (Allocated("+442079460958"), Allocated("+44 20 7946 0958")); // what is made only once
        Allocated("+442079460958").ShouldBeLessThan(Allocated("+44 20 7946 0958") * 3 / 4);

        static long Allocated(string text)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var number = TextFormats.Normalize(TextFormat.Phone, text, null);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            number.ShouldBe("+442079460958");
            return allocated;
        }
    }

    [Fact]
    public void Every_country_and_currency_is_found_by_its_own_code()
    {
        var codes = CodeList.Lines("countries.txt").ToList();
        codes.Count.ShouldBe(249);
        foreach (var line in codes)
        {
            Countries.Find(line[..2]).ShouldBe(line[..2]);
            Countries.Find(line[3..6].ToLowerInvariant()).ShouldBe(line[..2]);
        }

        (Currencies.Digits("jpy"), Currencies.Digits("EUR"), Currencies.Digits("KWD"), Currencies.Digits("CLF")).ShouldBe((0, 2, 3, 4));
    }

    // Punycode and case fold away; what is left says which name it is.
    private static string Spelling(string email) =>
        new System.Globalization.IdnMapping().GetUnicode(email[(email.LastIndexOf('@') + 1)..].ToLowerInvariant());

    private static Gen<string> Texts(TextFormat format) => format switch
    {
        TextFormat.Email => Gen.Select(Pieces("a", "A", "b", "ß", "ss", "é", "e\u0301", ".", "+", "i", "I", "ı"), Pieces("a", "A", "ß", "ss", "é", "e\u0301", "xn--", "-"), (local, domain) => $"{local}@{domain}.com"),
        TextFormat.Phone => Pieces("0", "00", "+", "+43", "+1", "+39", "+54", "9", "1", "2", "5", "6", "7", " ", "-", "(0)", "8", "660123", "2125550", "11"),
        TextFormat.Language => Pieces("de", "ger", "zh", "-", "_", "AT", "Hant", "419", "x", "1996", "u-ca-buddhist"),
        TextFormat.Country => Pieces("A", "t", "US", "AUT", "united", " ", "States", "ia", "austr", "."),
        TextFormat.Timezone => Pieces("Europe/", "Vienna", "utc", "America/", "Argentina/", "Buenos_Aires", "US/", "Eastern"),
        TextFormat.Url => Gen.Select(OneOf("http://", "HTTPS://", "http:", "ftp://", ""), Pieces("a", "É", ".", "com", ":80", "/", "..", "?", "#", "%41", "%", " ", "[::1]", "@", "ß")).Select((scheme, rest) => scheme + rest),
        _ => Gen.OneOf(Gen.String, Pieces(" ", "\u00a0", "\u2003", "a", "e\u0301", "É", "\u212b", "EUR")),
    };

    private static Gen<string> Pieces(params string[] pieces) => OneOf(pieces).Array[1, 10].Select(string.Concat);

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(choice => choices[choice]);
}
