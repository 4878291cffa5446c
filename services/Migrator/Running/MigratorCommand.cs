using Freshet.Profiles.Dictionary;

namespace Freshet.Migrator.Running;

/// <summary>What the command line asks for.</summary>
public abstract record MigratorCommand
{
    private const string CheckWorkspaceWord = "check-workspace";
    private const string RotateKeysWord = "rotate-keys";
    private const string TryMappingWord = "try-mapping";
    private static readonly string[] HelpWords = ["--help", "-h", "-?", "help"];

    private MigratorCommand()
    {
    }

    public const string HelpText = """
        Prepares the servers for Freshet: the others wait until it has ended. Starting it again changes nothing.

          migrator                           schema, partitions, workspace, broker queues, data keys
          migrator check-workspace <path>    reads workspace files and prints every error; needs no server
          migrator try-mapping <mapping> <events.json>
                                             reads sample events by a mapping, a file or a built-in one; needs no server
          migrator try-mapping <mapping> <source>
                                             the same with events that the source sent, beside what they are read as now
          migrator rotate-keys               wraps every data key by Sealing:KeyEncryptionKey; set the former
                                             secret as Sealing:PreviousKeyEncryptionKey before
          migrator --help                    this text

        Configuration (environment variables have __ for :, or give --Key=value)

          ConnectionStrings:freshet          PostgreSQL, Host=...;Database=freshet;Username=...;Password=...
          ConnectionStrings:rabbitmq         RabbitMQ, amqp://user:password@host:5672
          Workspace:Path                     the folder with traits.yaml and sources/
          Parameters:<name>                  the secrets that sources name as ${name}
          Sealing:KeyEncryptionKey           wraps the data keys
          Sealing:PreviousKeyEncryptionKey   only while keys are being rotated
          Migrator:Patience                  how long it waits for a server, default 00:02:00

        Ends with 0 when all is done, 1 when something must be put right (stderr says what), 2 for a wrong command line.
        """;

    public static MigratorCommand Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Any(HelpWords.Contains))
        {
            return new Help();
        }

        // Everything that begins with a hyphen is configuration.
        string[] words = [.. arguments.Where(argument => !argument.StartsWith('-'))];
        return words switch
        {
            [] => new Migrate(),
            [RotateKeysWord] => new RotateKeys(),
            [CheckWorkspaceWord, var path] => new CheckWorkspace(path),
            [CheckWorkspaceWord] => new Mistake($"which folder? Write: migrator {CheckWorkspaceWord} <path>"),
            [TryMappingWord, var mapping, var events] => new TryMapping(mapping, events),
            [TryMappingWord] or [TryMappingWord, _] => new Mistake($"which mapping, and which events? Write: migrator {TryMappingWord} <mapping> <events.json or source>"),
            [RotateKeysWord or CheckWorkspaceWord or TryMappingWord, ..] => new Mistake($"'{words[^1]}' is one word too many; see migrator --help"),
            _ => new Mistake($"there is no command '{words[0]}'; {Suggestion.For(words[0], [CheckWorkspaceWord, RotateKeysWord, TryMappingWord])}"),
        };
    }

    public sealed record Migrate : MigratorCommand;

    public sealed record RotateKeys : MigratorCommand;

    public sealed record CheckWorkspace(string Path) : MigratorCommand;

    /// <param name="Mapping">A file, or the name of a built-in one.</param>
    /// <param name="Events">A file that ends in .json, or a source.</param>
    public sealed record TryMapping(string Mapping, string Events) : MigratorCommand
    {
        public bool IsFile => Events.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
    }

    public sealed record Help : MigratorCommand;

    public sealed record Mistake(string Message) : MigratorCommand;
}
