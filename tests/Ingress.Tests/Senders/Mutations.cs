namespace Freshet.Ingress.Tests.Senders;

/// <summary>Changes a valid request so that it must not be accepted any more. The same random numbers make the same change.</summary>
internal static class Mutations
{
    private static readonly string Megabyte = new('A', 1024 * 1024);

    /// <summary>A changed request and the time of its arrival; null if the change that was drawn does not fit its scheme.</summary>
    public static (VendorRequest Request, DateTimeOffset Now, string What)? Draw(VendorRequest valid, DateTimeOffset now, Random random) => random.Next(10) switch
    {
        0 or 1 or 2 => Body(valid, random) is { } changed ? (valid with { Body = changed }, now, "body") : null,
        3 or 4 => Header(valid, random, FlipBit) is { } flipped ? (flipped, now, "bit of a header") : null,
        5 => Header(valid, random, (value, _, _) => value + "A") is { } longer ? (longer, now, "longer header") : null,
        6 => Header(valid, random, (_, _, _) => null) is { } without ? (without, now, "missing header") : null,
        7 => Doubled(valid, random) is { } doubled ? (doubled, now, "doubled header") : null,
        8 => Query(valid, random) is { } other ? (other, now, "query") : null,
        _ => Time(valid, now, random) is { } then ? (valid, then, "time") : null,
    };

    /// <summary>A header of a megabyte. Too dear to be drawn each time.</summary>
    public static VendorRequest? Huge(VendorRequest valid, Random random) => Header(valid, random, (_, _, _) => Megabyte);

    private static byte[]? Body(VendorRequest valid, Random random)
    {
        var (at, length) = valid.CoveredBody.GetOffsetAndLength(valid.Body.Length);
        if (length == 0)
        {
            return null;
        }

        var place = at + random.Next(length);
        var flipped = (byte[])valid.Body.Clone();
        flipped[place] ^= (byte)(1 << random.Next(8));
        return (valid.CoversInsertions ? random.Next(4) : 0) switch
        {
            1 => [.. valid.Body[..place], (byte)random.Next(256), .. valid.Body[place..]],
            2 => [.. valid.Body[..place], .. valid.Body[(place + 1)..]],
            3 => [.. valid.Body, (byte)' '],
            _ => flipped,
        };
    }

    private static VendorRequest? Header(VendorRequest valid, Random random, Func<string, int, Random, string?> change)
    {
        if (valid.Covered.Count == 0)
        {
            return null;
        }

        var (name, from) = valid.Covered[random.Next(valid.Covered.Count)];
        return valid.With(name, change(valid.Headers.Single(header => header.Name == name).Value, from, random));
    }

    private static string FlipBit(string value, int from, Random random)
    {
        var characters = value.ToCharArray();
        characters[from + random.Next(value.Length - from)] ^= (char)(1 << random.Next(8));
        return new string(characters);
    }

    private static VendorRequest? Doubled(VendorRequest valid, Random random)
    {
        if (valid.Covered.Count == 0)
        {
            return null;
        }

        var name = valid.Covered[random.Next(valid.Covered.Count)].Name;
        return valid with { Headers = [.. valid.Headers, valid.Headers.Single(header => header.Name == name)] };
    }

    private static VendorRequest? Query(VendorRequest valid, Random random) => !valid.CoversQuery ? null : valid with
    {
        // A letter for a letter: an escape for what it stands for would mean the same.
        Query = random.Next(3) switch
        {
            0 => "",
            1 => valid.Query + "A",
            _ => Replace(valid.Query, random.Next(1, valid.Query.Length), (char)('a' + random.Next(26))),
        },
    };

    private static string Replace(string text, int at, char letter) => text[at] == letter ? text + letter : $"{text[..at]}{letter}{text[(at + 1)..]}";

    private static DateTimeOffset? Time(VendorRequest valid, DateTimeOffset now, Random random)
    {
        if (valid.Window is not { } window)
        {
            return null;
        }

        // A second more than the window, since the time of sending has no fractions.
        var more = TimeSpan.FromSeconds(1 + random.Next(1_000_000));
        return random.Next(2) == 0 || window.Newest is not { } newest ? now + window.Oldest + more : now - newest - more;
    }
}
