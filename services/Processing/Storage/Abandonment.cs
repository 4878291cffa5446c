namespace Freshet.Processing.Storage;

/// <summary>Ends when the last of several who wait has given up: one of them alone must not undo what the others still wait for.</summary>
public sealed class Abandonment : IDisposable
{
    private readonly CancellationTokenSource all = new();
    private readonly CancellationTokenRegistration[] members;
    private int left;

    public Abandonment(IEnumerable<CancellationToken> tokens)
    {
        CancellationToken[] each = [.. tokens];
        left = each.Length;
        members = Array.ConvertAll(each, token => token.Register(GiveUp));
    }

    public CancellationToken Token => all.Token;

    public void Dispose()
    {
        Array.ForEach(members, member => member.Dispose());
        all.Dispose();
    }

    private void GiveUp()
    {
        if (Interlocked.Decrement(ref left) == 0)
        {
            all.Cancel();
        }
    }
}
