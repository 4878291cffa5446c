using System.Text.Json;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Mapping;

/// <summary>One version of a mapping, ready to read events. Immutable, used by many threads; it reaches nothing but the event.</summary>
public sealed class CompiledMapping
{
    private readonly Node[] lets;
    private readonly CompiledRule[] rules;
    private readonly Lazy<PathsRead> reads;

    internal CompiledMapping(MappingDefinition definition, int version, Node[] lets, CompiledRule[] rules)
    {
        Definition = definition;
        Version = version;
        this.lets = lets;
        this.rules = rules;
        reads = new Lazy<PathsRead>(() => new PathsRead(definition));
    }

    public MappingDefinition Definition { get; }

    /// <summary>0 for one that was never stored.</summary>
    public int Version { get; }

    /// <summary>Whether a rule is for a signal of privacy law, or takes its type from the event and so may be.</summary>
    internal bool MaySignalPrivacy => Array.Exists(rules, rule => rule.Type is null || EventMapping.IsPrivacySignal(rule.Type));

    /// <summary>What is looked at in a body; worked out when it is asked for first.</summary>
    internal PathsRead Reads => reads.Value;

    /// <summary>The event type; null if no rule fits, <see cref="EventMapping.Undecided"/> if the event cannot be read.</summary>
    internal string? TypeOf(RawEvent raw)
    {
        if (!Members.TryParse(raw.Body.Span, out var body) || LoneSurrogates.AreIn(raw.Body.Span))
        {
            return EventMapping.Undecided;
        }

        try
        {
            var run = new Evaluation(raw, body, lets);
            return Fitting(run) is { } rule ? rule.TypeIn(run) ?? EventMapping.Undecided : null;
        }
        catch (MappingFailure)
        {
            // Processing meets it again and parks the event, with the reason.
            return EventMapping.Undecided;
        }
    }

    internal EventReading Read(RawEvent raw, JsonElement body)
    {
        if (LoneSurrogates.AreIn(raw.Body.Span))
        {
            return EventReading.Refuse("mapping.text", "A text of the event holds half of a surrogate pair, which is no character. Send the pair or neither.");
        }

        try
        {
            var run = new Evaluation(raw, body, lets);
            return Fitting(run) is { } rule
                ? rule.Read(run, body)
                : EventReading.Refuse("mapping.no_rule", $"No rule of mapping {Title} fits this event. Add one, or leave the type out of what the sender sends.");
        }
        catch (MappingFailure failure)
        {
            return Refuse(failure);
        }
    }

    private string Title => Version == 0 ? $"'{Definition.Name}'" : $"'{Definition.Name}' version {Version}";

    private CompiledRule? Fitting(Evaluation run)
    {
        foreach (var rule in rules)
        {
            if (rule.Fits(run))
            {
                return rule;
            }
        }

        return null;
    }

    private EventReading Refuse(MappingFailure failure)
    {
        var place = failure.Place.Line == 0 ? "" : $", {failure.Place}";
        return EventReading.Refuse(failure.Code, $"Mapping {Title}{place}: {failure.Message}.", $"{Definition.Name}:{failure.Place.Line}");
    }
}
