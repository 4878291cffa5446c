namespace Freshet.Profiles.Mapping;

/// <summary>A mapping cannot read this one event. The only exception that evaluating throws.</summary>
/// <param name="code">Stable, dotted: <c>mapping.value</c>.</param>
/// <param name="reason">What and what to do. Never a value of the event.</param>
/// <param name="place">Where in the mapping.</param>
internal sealed class MappingFailure(string code, string reason, Place place) : Exception(reason)
{
    public string Code { get; } = code;

    public Place Place { get; } = place;
}

/// <summary>A place in a mapping's file, from 1; line 0 if there is no file.</summary>
internal readonly record struct Place(int Line, int Column)
{
    public override string ToString() => Line == 0 ? "without a line" : $"line {Line}, column {Column}";
}
