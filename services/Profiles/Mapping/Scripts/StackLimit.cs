using System.Runtime.CompilerServices;
using Jint;

namespace Freshet.Profiles.Mapping.Scripts;

/// <summary>Stops a script while there is still stack. The engine counts calls that are written as such; those of conversions, like a
/// <c>toString</c> that asks for itself, it does not.</summary>
internal sealed class StackLimit : Constraint
{
    /// <exception cref="InsufficientExecutionStackException">Little is left.</exception>
    public override void Check() => RuntimeHelpers.EnsureSufficientExecutionStack();

    public override void Reset()
    {
    }
}
