namespace Freshet.Benchmarks.Running;

/// <summary>What counts as an answer.</summary>
internal static class Answers
{
    public static bool IsAccepted(int status, ReadOnlySpan<byte> body) => status is 200 or 202;

    public static bool IsRefused(int status, ReadOnlySpan<byte> body) => status is 401 or 429;
}
