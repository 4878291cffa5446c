namespace Freshet.Profiles.Mapping;

/// <summary>How one sender's events are understood: rules, tried in order. It is data; <see cref="MappingCompiler"/> makes it work.</summary>
public sealed record MappingDefinition
{
    /// <summary>Lower-case words with hyphens between; the file's name without its ending.</summary>
    public required string Name { get; init; }

    /// <summary>Tables for <c>lookup</c>, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Tables { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Names for expressions that several rules need. Each may use those before it, and is evaluated when it is needed first.</summary>
    public IReadOnlyList<NamedExpression> Let { get; init; } = [];

    /// <summary>The first that fits an event reads it.</summary>
    public IReadOnlyList<MappingRule> Rules { get; init; } = [];
}

/// <summary>What one kind of event means.</summary>
public sealed record MappingRule
{
    /// <summary>Where the rule stands in its file, from 1; 0 if there is no file.</summary>
    public int Line { get; init; }

    /// <summary>Whether the rule fits. Null: it fits every event.</summary>
    public ExpressionText? When { get; init; }

    /// <summary>The event type. Null if <see cref="TypeFrom"/> gives it.</summary>
    public string? Type { get; init; }

    /// <summary>An expression that gives the event type, for senders that name their own.</summary>
    public ExpressionText? TypeFrom { get; init; }

    /// <summary>When it happened. Null, or an expression without a value: when it was received.</summary>
    public ExpressionText? At { get; init; }

    /// <summary>Whether the event says that its identities are one person.</summary>
    public bool IsAlias { get; init; }

    /// <summary>By namespace. A list gives several identities of the namespace.</summary>
    public IReadOnlyList<NamedExpression> Identities { get; init; } = [];

    /// <summary>By trait.</summary>
    public IReadOnlyList<NamedExpression> Traits { get; init; } = [];

    /// <summary>An expression that gives an object whose members may bear traits' names; they count after <see cref="Traits"/>.</summary>
    public ExpressionText? TraitsFrom { get; init; }

    /// <summary>By name.</summary>
    public IReadOnlyList<NamedExpression> Properties { get; init; } = [];

    /// <summary>An expression that gives all properties as an object. Without it and <see cref="Properties"/>, the whole body is.</summary>
    public ExpressionText? PropertiesFrom { get; init; }

    /// <summary>JavaScript that gives time, identities, traits and properties instead of the expressions.</summary>
    public ExpressionText? Script { get; init; }
}

/// <summary>A text as it stands in a file.</summary>
/// <param name="Text">The expression.</param>
/// <param name="Line">From 1; 0 if there is no file.</param>
/// <param name="Column">Of the text's first letter, from 1.</param>
public sealed record ExpressionText(string Text, int Line = 0, int Column = 0);

/// <summary>An expression and what its value is called.</summary>
public sealed record NamedExpression(string Name, ExpressionText Expression);

/// <summary>Something in a mapping that must be put right.</summary>
/// <param name="Line">From 1; 0 if there is no file.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong; the cure.</param>
public sealed record MappingError(int Line, int Column, string Message)
{
    public override string ToString() => Line == 0 ? Message : $"({Line},{Column}): {Message}";
}
