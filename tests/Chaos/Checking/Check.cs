namespace Freshet.Chaos.Checking;

/// <summary>The verdict of one checker.</summary>
/// <param name="Name">C1 to C10, and what it is about.</param>
/// <param name="Wrongs">What was found wrong; empty: it holds.</param>
/// <param name="Remark">What was looked at.</param>
internal sealed record Check(string Name, IReadOnlyList<string> Wrongs, string Remark)
{
    private const int Shown = 10;

    public bool Holds => Wrongs.Count == 0;

    public override string ToString() => Holds
        ? $"  ok    {Name}: {Remark}"
        : $"  FAIL  {Name}: {Wrongs.Count} wrong ({Remark})\n{string.Join('\n', Wrongs.Take(Shown).Select(wrong => $"          {wrong}"))}";
}
