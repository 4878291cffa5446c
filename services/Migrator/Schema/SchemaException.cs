using Freshet.Migrator.Running;

namespace Freshet.Migrator.Schema;

/// <summary>The schema cannot be brought to this build's version. The message says why and what to do.</summary>
public sealed class SchemaException(string message, Exception? inner = null) : MigrationException(message, inner);
