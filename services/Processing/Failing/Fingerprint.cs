using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Freshet.Processing.Failing;

/// <summary>
/// Equal causes have equal fingerprints, so that an operator mends a cause once and replays all its dead letters. It is made of
/// the stage, the exception's type and where in our code it came from; never of messages, values or line numbers, which differ
/// from event to event and from build to build.
/// </summary>
public static class Fingerprint
{
    private const int Frames = 3;

    /// <summary>Twelve hexadecimal digits.</summary>
    /// <param name="stage">The step that failed: <c>read</c>, <c>map</c>, <c>apply</c> or <c>bus</c>.</param>
    /// <param name="exception">What it failed with.</param>
    public static string Of(string stage, Exception exception)
    {
        var cause = exception.GetBaseException();
        var code = Failures.CodeOf(exception);
        return Hash([stage, cause.GetType().FullName!, code, .. OurFrames(exception, cause)]);
    }

    private static IEnumerable<string> OurFrames(Exception exception, Exception cause)
    {
        var own = FramesOf(cause).ToList();
        return own.Count > 0 || ReferenceEquals(exception, cause) ? own : FramesOf(exception);
    }

    private static IEnumerable<string> FramesOf(Exception exception) =>
        new StackTrace(exception, fNeedFileInfo: false).GetFrames()
            .Select(frame => frame.GetMethod())
            .OfType<MethodBase>()
            .Where(IsOurs)
            .Select(NameOf)
            .Distinct()
            .Take(Frames);

    private static bool IsOurs(MethodBase method) =>
        method.DeclaringType?.FullName?.StartsWith("Freshet.", StringComparison.Ordinal) == true;

    // The compiler moves the body of an async method or a lambda into a type named <Method>d__7: the number changes with every edit.
    private static string NameOf(MethodBase method)
    {
        var type = method.DeclaringType!.FullName!;
        var generated = type.IndexOf("+<", StringComparison.Ordinal);
        var owner = generated < 0 ? type : type[..generated];
        var name = generated < 0 || type[(generated + 2)..].StartsWith('>') ? method.Name : type[(generated + 2)..];
        return $"{owner}.{Plain(name)}";
    }

    private static string Plain(string name)
    {
        var trimmed = name.TrimStart('<');
        var end = trimmed.IndexOf('>');
        return end < 0 ? trimmed : trimmed[..end];
    }

    private static string Hash(IEnumerable<string> parts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        return Convert.ToHexStringLower(hash.AsSpan(0, 6));
    }
}
