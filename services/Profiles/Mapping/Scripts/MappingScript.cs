using System.Text.Json;
using Acornima.Ast;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Freshet.Profiles.Mapping.Scripts;

/// <summary>
/// JavaScript of a rule: <c>transformEvent(event, metadata)</c>. Each event gets an engine of its own, so that nothing is carried from one event to the
/// next; it knows no clock but the event's time of receipt and no chance, so that a replay gives the same. It reaches nothing outside, and is stopped
/// by the number of its statements, its memory, its depth and its time. Runs where events are applied and tried, never where they are received.
/// </summary>
internal sealed class MappingScript(ExpressionText text)
{
    /// <summary>In letters.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MaxStatements = 100_000;
    private const int MaxResultLetters = 1024 * 1024;
    private const long MaxMemoryBytes = 32L * 1024 * 1024;

    // The number of statements is the limit that a script meets; the time is for what runs long within a statement.
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxRegexTime = TimeSpan.FromSeconds(1);

    private static readonly Lazy<Prepared<Script>> Walls = new(() => Engine.PrepareScript(ScriptWalls.Code, "walls.js", strict: true));

    private readonly Lazy<Prepared<Script>> code = new(() => Engine.PrepareScript(text.Text, "mapping.js", strict: true));

    private readonly Place place = new(text.Line, text.Column);

    /// <summary>Null: it can be parsed. What it does, only an event shows.</summary>
    public string? Error()
    {
        if (text.Text.Length > MaxLength)
        {
            return $"a script has at most {MaxLength} letters";
        }

        try
        {
            return ScriptShape.Error(code.Value.Program!) ?? (text.Text.Contains("transformEvent", StringComparison.Ordinal) ? null
                : "the script has no function transformEvent; write 'function transformEvent(event, metadata) { return { identities: { email: event.email } }; }'");
        }
        catch (ScriptPreparationException failure)
        {
            return $"the script is no JavaScript: {failure.InnerException?.Message ?? failure.Message}";
        }
    }

    /// <summary>What the script returns.</summary>
    /// <param name="run">The event.</param>
    /// <param name="type">As the rule says it.</param>
    /// <exception cref="MappingFailure">It fails, or goes on too long.</exception>
    public JsonElement Run(Evaluation run, string type)
    {
        try
        {
            if (ScriptShape.Error(code.Value.Program!) is not null)
            {
                throw new MappingFailure("script.failed", "the script has a form that is not taken any more; check the workspace to see which", place);
            }

            var engine = new Engine(Limit(run));
            engine.Execute(Walls.Value);
            engine.Execute(code.Value);
            var result = engine.Invoke(ScriptWalls.Entry, run.BodyText, Metadata(run, type));
            return Read(run, result);
        }
        catch (JavaScriptException)
        {
            // What it says may hold a value of the event.
            throw new MappingFailure("script.failed", "the script throws an error with this event; try it on the event to see which", place);
        }
        catch (Exception failure) when (failure is JintException or TimeoutException or InsufficientExecutionStackException or OutOfMemoryException)
        {
            throw new MappingFailure("script.limit", $"the script is stopped, since it takes too {Excess(failure)}", place);
        }
    }

    private static Action<Options> Limit(Evaluation run) => options =>
    {
        options.Strict().DisableStringCompilation().MaxStatements(MaxStatements).LimitMemory(MaxMemoryBytes).LimitRecursion(64)
            .TimeoutInterval(MaxTime).RegexTimeoutInterval(MaxRegexTime).MaxArraySize(10_000).MaxJsonParseDepth(64).LocalTimeZone(TimeZoneInfo.Utc);
        options.Constraints.MaxExecutionStackCount = 200;
        options.Constraints.StackOverflowGuard = true;
        options.Constraint(new StackLimit());
        options.TimeSystem = new ReceiptTime(run.Raw.ReceivedAt);
    };

    private static string Excess(Exception failure) => failure switch
    {
        StatementsCountOverflowException => $"many statements; it may have {MaxStatements}",
        MemoryLimitExceededException or OutOfMemoryException => $"much memory; it may have {MaxMemoryBytes / 1024 / 1024} MiB",
        RecursionDepthOverflowException or InsufficientExecutionStackException => "many calls inside each other; it may have 64",
        _ => "long; it may have five seconds",
    };

    private static string Metadata(Evaluation run, string type) => JsonSerializer.Serialize(new ScriptMetadata
    {
        Source = run.Raw.SourceId,
        MessageId = run.Raw.MessageId,
        ReceivedAt = Events.Instants.Write(run.Raw.ReceivedAt),
        Type = type,
        Headers = EventMapping.WithoutVersion(run.Raw.Headers),
    }, ScriptMetadataContext.Default.ScriptMetadata);

    private JsonElement Read(Evaluation run, JsValue result)
    {
        if (!result.IsString() || result.AsString() is not { Length: <= MaxResultLetters } json)
        {
            throw new MappingFailure("script.result", "the script returns nothing, or more than 1 MiB; return an object with identities, traits and properties", place);
        }

        try
        {
            var read = JsonElement.Parse(json);
            return read.ValueKind == JsonValueKind.Object && !LoneSurrogates.AreIn(System.Text.Encoding.UTF8.GetBytes(json)) ? read
                : throw new MappingFailure("script.result", "the script returns no object; return one with identities, traits and properties", place);
        }
        catch (JsonException)
        {
            throw new MappingFailure("script.result", "the script returns what cannot be JSON; return plain objects, lists, texts and numbers", place);
        }
    }
}
