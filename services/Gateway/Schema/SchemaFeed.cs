using Freshet.Gateway.Execution;
using Freshet.Profiles.Dictionary;
using GraphQL.Types;

namespace Freshet.Gateway.Schema;

/// <summary>Keeps the schema of the current dictionary: a new instance whenever the dictionary changes, while running operations keep theirs.</summary>
internal sealed partial class SchemaFeed : ISchemaSource, IDisposable
{
    private readonly WorkspaceFeed workspace;
    private readonly ILogger<SchemaFeed> logger;
    private readonly IDisposable subscription;
    private FreshetSchema current;

    public SchemaFeed(WorkspaceFeed workspace, ILogger<SchemaFeed> logger)
    {
        this.workspace = workspace;
        this.logger = logger;
        current = FreshetSchema.For(TraitDictionary.Empty);
        subscription = workspace.Subscribe(changed => Renew(changed.Traits));
        Renew(workspace.Current.Traits);
    }

    public bool IsReady => workspace.IsLoaded;

    public ISchema Current => Volatile.Read(ref current);

    public void Dispose() => subscription.Dispose();

    private void Renew(TraitDictionary dictionary)
    {
        if (current.DictionaryVersion == dictionary.Version)
        {
            return;
        }

        var renewed = FreshetSchema.For(dictionary);
        foreach (var excluded in renewed.Excluded)
        {
            Log.TraitExcluded(logger, excluded.TraitName, excluded.Reason);
        }

        Volatile.Write(ref current, renewed);
        Log.Renewed(logger, dictionary.Version, dictionary.Traits.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The GraphQL schema follows workspace version {Version} with {Traits} traits.")]
        public static partial void Renewed(ILogger logger, long version, int traits);

        [LoggerMessage(2, LogLevel.Warning, "Workspace: trait '{Name}' has no field in type Traits: {Reason}")]
        public static partial void TraitExcluded(ILogger logger, string name, string reason);
    }
}
