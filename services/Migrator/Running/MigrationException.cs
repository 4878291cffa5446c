namespace Freshet.Migrator.Running;

/// <summary>The Migrator cannot go on, for a reason that a person can remove. The message says how.</summary>
public class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
