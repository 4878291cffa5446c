namespace Freshet.Profiles.Ignoring;

/// <summary>A field that arrives and is ignored.</summary>
public sealed record IgnoredField
{
    public required string SourceId { get; init; }

    /// <summary>Empty together with <see cref="Path"/>: all fields of the source that found no place of their own.</summary>
    public required string EventType { get; init; }

    /// <summary>Dotted; a part that looks personal is <c>*</c>.</summary>
    public required string Path { get; init; }

    /// <summary>As it was last, null values aside.</summary>
    public required FieldForm Form { get; init; }

    /// <summary>About how many events had it.</summary>
    public required long Events { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }
}

/// <summary>As it is kept.</summary>
public sealed record StoredIgnoredField(Guid Id, IgnoredField Field);

/// <summary>A page of the report.</summary>
public sealed record IgnoredFieldPage(IReadOnlyList<StoredIgnoredField> Items, bool HasMore);
