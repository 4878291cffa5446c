using System.Collections;
using System.Collections.Frozen;
using System.Globalization;

namespace Freshet.Profiles.Failpoints;

/// <summary>
/// Places where a host can be made to end itself in the middle of its work, to prove that nothing is lost there. Only an environment variable
/// arms one (<c>Failpoints__processing.before-commit=3</c>: at the third time), and a host in Production refuses to start with it. While
/// none is armed a place costs one read of a static field.
/// </summary>
public static class Failpoint
{
    /// <summary>Ingress: a batch is committed, and its senders have no answer yet.</summary>
    public const string AfterInsert = "ingress.after-insert";

    /// <summary>Ingress: a message is on its way to the broker, which has not confirmed it yet.</summary>
    public const string BeforeConfirm = "ingress.before-confirm";

    /// <summary>Processing: a batch is applied in a transaction that is not committed yet.</summary>
    public const string BeforeCommit = "processing.before-commit";

    /// <summary>Processing: a batch is committed as applied, and no reader knows it yet.</summary>
    public const string BeforePublish = "processing.before-publish";

    /// <summary>Processing: Redis has what a batch changed, and the table still says that it has not.</summary>
    public const string BeforeMark = "processing.before-mark";

    /// <summary>Processing: all is done, but the broker still holds the message.</summary>
    public const string BeforeAck = "processing.before-ack";

    private const string Prefix = "Failpoints__";

    private static bool isArmed;
    private static FrozenDictionary<string, Countdown> countdowns = FrozenDictionary<string, Countdown>.Empty;

    /// <summary>All there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [AfterInsert, BeforeConfirm, BeforeCommit, BeforePublish, BeforeMark, BeforeAck];

    /// <summary>Ends the process at once, without any cleaning up, if this place is armed and its time has come.</summary>
    public static void Hit(string name)
    {
        if (isArmed && countdowns.TryGetValue(name, out var countdown) && countdown.IsOver())
        {
            Environment.FailFast($"Failpoint {name}: this end was asked for by {Prefix}{name}.");
        }
    }

    /// <summary>Reads the process's environment variables; called once, at the start of a host.</summary>
    /// <exception cref="InvalidOperationException">A failpoint is armed in Production, does not exist, or has no number.</exception>
    public static void Arm(bool isProduction) => Arm(Environment.GetEnvironmentVariables(), isProduction);

    internal static void Arm(IDictionary variables, bool isProduction)
    {
        countdowns = Read(variables).ToFrozenDictionary(point => point.Name, point => new Countdown(point.Hits));
        if (isProduction && countdowns.Count > 0)
        {
            throw new InvalidOperationException(
                $"{Prefix}{countdowns.Keys[0]} is set, which ends this host on purpose. Remove it: failpoints cannot be used in Production.");
        }

        isArmed = countdowns.Count > 0;
    }

    private static IEnumerable<(string Name, int Hits)> Read(IDictionary variables)
    {
        foreach (var variable in variables.Keys.OfType<string>().Where(key => key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var name = variable[Prefix.Length..];
            if (!Names.Contains(name) || !int.TryParse(variables[variable] as string, CultureInfo.InvariantCulture, out var hits) || hits < 1)
            {
                throw new InvalidOperationException(
                    $"{variable} is no failpoint with a number from 1. Use one of: {string.Join(", ", Names.Select(known => $"{Prefix}{known}=1"))}.");
            }

            yield return (name, hits);
        }
    }

    private sealed class Countdown(int hits)
    {
        private int left = hits;

        public bool IsOver() => Interlocked.Decrement(ref left) == 0;
    }
}
