using System.Security.Cryptography;
using System.Text;

namespace Freshet.Profiles.Mapping;

/// <summary>Functions on texts. Of nothing, they give nothing; numbers are taken as they were written.</summary>
internal static class TextFunctions
{
    /// <summary>Without the space around it; missing if nothing is left.</summary>
    public static MappedValue Text(CallNode call, Evaluation run, MappedValue item) =>
        call.Text(0, run, item)?.Trim() is { Length: > 0 } text ? Made(run, text) : MappedValue.Missing;

    public static MappedValue Trim(CallNode call, Evaluation run, MappedValue item) => Change(call, run, item, text => text.Trim());

    public static MappedValue Lower(CallNode call, Evaluation run, MappedValue item) => Change(call, run, item, text => text.ToLowerInvariant());

    public static MappedValue Upper(CallNode call, Evaluation run, MappedValue item) => Change(call, run, item, text => text.ToUpperInvariant());

    /// <summary>All that there are, one after the other; missing if there is none.</summary>
    public static MappedValue Concat(CallNode call, Evaluation run, MappedValue item)
    {
        var parts = new List<string>();
        for (var i = 0; i < call.Count; i++)
        {
            if (call.Text(i, run, item) is { } part)
            {
                parts.Add(part);
                run.Charge(part);
            }
        }

        return parts.Count == 0 ? MappedValue.Missing : MappedValue.OfText(string.Concat(parts));
    }

    public static MappedValue Join(CallNode call, Evaluation run, MappedValue item)
    {
        var between = call.Text(1, run, item) ?? "";
        var joined = new StringBuilder();
        foreach (var part in call.Value(0, run, item).ItemsIn(run).Where(part => part.Kind is MappedKind.Text or MappedKind.Number))
        {
            run.Charge(between);
            joined.Append(joined.Length == 0 ? "" : between).Append(part.TextIn(run));
        }

        return Made(run, joined.ToString());
    }

    /// <summary>The parts without the space around them; empty ones are left out.</summary>
    public static MappedValue Split(CallNode call, Evaluation run, MappedValue item)
    {
        if (call.Text(0, run, item) is not { } text || call.Text(1, run, item) is not { Length: > 0 } separator)
        {
            return MappedValue.Missing;
        }

        run.Charge(text);
        var parts = text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        run.Charge(parts.Length);
        return MappedValue.OfList([.. parts.Select(MappedValue.OfText)]);
    }

    /// <summary>What stands before the first separator; the whole text if there is none.</summary>
    public static MappedValue Before(CallNode call, Evaluation run, MappedValue item) => Cut(call, run, item, (text, at, _) => at < 0 ? text : text[..at]);

    /// <summary>What stands after the first separator; missing if there is none.</summary>
    public static MappedValue After(CallNode call, Evaluation run, MappedValue item) => Cut(call, run, item, (text, at, length) => at < 0 ? null : text[(at + length)..]);

    public static MappedValue Replace(CallNode call, Evaluation run, MappedValue item)
    {
        if (call.Text(0, run, item) is not { } text || call.Text(1, run, item) is not { Length: > 0 } part)
        {
            return call.Value(0, run, item);
        }

        var other = call.Text(2, run, item) ?? "";
        var grown = text.Length + ((long)(text.Length / part.Length) * other.Length);
        run.Charge((int)Math.Min(grown, Evaluation.MaxWork));
        return MappedValue.OfText(text.Replace(part, other, StringComparison.Ordinal));
    }

    public static MappedValue Contains(CallNode call, Evaluation run, MappedValue item) => Test(call, run, item, (text, part) => text.Contains(part, StringComparison.Ordinal));

    public static MappedValue StartsWith(CallNode call, Evaluation run, MappedValue item) => Test(call, run, item, (text, part) => text.StartsWith(part, StringComparison.Ordinal));

    public static MappedValue EndsWith(CallNode call, Evaluation run, MappedValue item) => Test(call, run, item, (text, part) => text.EndsWith(part, StringComparison.Ordinal));

    /// <summary>SHA-256 over UTF-8, in hex.</summary>
    public static MappedValue Hash(CallNode call, Evaluation run, MappedValue item) => Change(call, run, item, text =>
    {
        run.Charge(text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    });

    private static MappedValue Change(CallNode call, Evaluation run, MappedValue item, Func<string, string> change) =>
        call.Text(0, run, item) is { } text ? Made(run, change(text)) : MappedValue.Missing;

    private static MappedValue Cut(CallNode call, Evaluation run, MappedValue item, Func<string, int, int, string?> cut)
    {
        if (call.Text(0, run, item) is not { } text || call.Text(1, run, item) is not { Length: > 0 } separator)
        {
            return MappedValue.Missing;
        }

        return cut(text, text.IndexOf(separator, StringComparison.Ordinal), separator.Length) is { } part ? Made(run, part) : MappedValue.Missing;
    }

    private static MappedValue Test(CallNode call, Evaluation run, MappedValue item, Func<string, string, bool> test) =>
        MappedValue.Of(call.Text(0, run, item) is { } text && call.Text(1, run, item) is { } part && test(run.Charge(text), part));

    private static MappedValue Made(Evaluation run, string text) => MappedValue.OfText(run.Charge(text));
}
