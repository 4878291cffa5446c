namespace Freshet.Migrator.Workspaces;

/// <summary>Something in the workspace files that must be put right before they can be applied.</summary>
/// <param name="File">Path of the file or folder.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong; the cure. Never a secret's value.</param>
public sealed record WorkspaceError(string File, int Line, int Column, string Message)
{
    public override string ToString() => $"{File}({Line},{Column}): {Message}";
}

/// <summary>Collects errors, so that a person sees all of them at once.</summary>
internal sealed class WorkspaceErrors
{
    private readonly List<WorkspaceError> errors = [];

    /// <summary>By file, then by place.</summary>
    public IReadOnlyList<WorkspaceError> InOrder =>
        [.. errors.OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line).ThenBy(error => error.Column)];

    public void Add(string file, int line, int column, string message) => errors.Add(new WorkspaceError(file, line, column, message));
}
