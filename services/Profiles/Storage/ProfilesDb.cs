using Microsoft.EntityFrameworkCore;

namespace Freshet.Profiles.Storage;

/// <summary>
/// The tables that people look at and administer. The schema is the SQL files of the Migrator, not this model; what runs for every event is SQL
/// beside its feature, not this context.
/// </summary>
public sealed class ProfilesDb(DbContextOptions<ProfilesDb> options) : DbContext(options)
{
    public DbSet<SourceRow> Sources => Set<SourceRow>();

    public DbSet<TraitRow> Traits => Set<TraitRow>();

    public DbSet<WorkspaceRow> Workspace => Set<WorkspaceRow>();

    internal DbSet<DeadLetterRow> DeadLetters => Set<DeadLetterRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<SourceRow>(table =>
        {
            table.ToTable("sources").HasKey(source => source.SourceId);
            table.Property(source => source.SourceId).HasColumnName("source_id");
            table.Property(source => source.Kind).HasColumnName("kind");
            table.Property(source => source.Name).HasColumnName("name");
            table.Property(source => source.IsEnabled).HasColumnName("enabled");
            table.Property(source => source.Settings).HasColumnName("settings").HasColumnType("jsonb");
            table.Property(source => source.UpdatedAt).HasColumnName("updated_at");
        });
        modelBuilder.Entity<TraitRow>(table =>
        {
            table.ToTable("traits").HasKey(trait => trait.Name);
            table.Property(trait => trait.Name).HasColumnName("name");
            table.Property(trait => trait.Ordinal).HasColumnName("ordinal");
            table.Property(trait => trait.Definition).HasColumnName("definition").HasColumnType("jsonb");
            table.Property(trait => trait.UpdatedAt).HasColumnName("updated_at");
        });
        modelBuilder.Entity<WorkspaceRow>(table =>
        {
            table.ToTable("workspace").HasKey(workspace => workspace.One);
            table.Property(workspace => workspace.One).HasColumnName("one");
            table.Property(workspace => workspace.Version).HasColumnName("version");
            table.Property(workspace => workspace.Checksum).HasColumnName("checksum");
            table.Property(workspace => workspace.AppliedAt).HasColumnName("applied_at");
        });
        modelBuilder.Entity<DeadLetterRow>(DeadLetterRow.Map);
    }
}

/// <summary>A row of <c>sources</c>; <c>DefinitionJson</c> turns it into a <c>Source</c>.</summary>
public sealed class SourceRow
{
    public required string SourceId { get; set; }

    public required string Kind { get; set; }

    public required string Name { get; set; }

    public bool IsEnabled { get; set; } = true;

    /// <summary>JSON.</summary>
    public string Settings { get; set; } = "{}";

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A row of <c>traits</c>; <c>DefinitionJson</c> turns it into a <c>TraitDefinition</c>.</summary>
public sealed class TraitRow
{
    public required string Name { get; set; }

    public int Ordinal { get; set; }

    /// <summary>JSON.</summary>
    public required string Definition { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>The single row of <c>workspace</c>.</summary>
public sealed class WorkspaceRow
{
    public bool One { get; set; } = true;

    public long Version { get; set; }

    public required string Checksum { get; set; }

    public DateTimeOffset AppliedAt { get; set; }
}
