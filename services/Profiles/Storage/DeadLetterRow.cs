using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Freshet.Profiles.Storage;

/// <summary>A row of <c>dead_letters</c>, without the sealed event.</summary>
internal sealed class DeadLetterRow
{
    public Guid Id { get; set; }

    public Guid EventId { get; set; }

    public required string SourceId { get; set; }

    public required string MessageId { get; set; }

    public string? Type { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    public DateTimeOffset ParkedAt { get; set; }

    public required string Stage { get; set; }

    public required string Code { get; set; }

    public required string Reason { get; set; }

    public required string Fingerprint { get; set; }

    public int Attempts { get; set; }

    public required string State { get; set; }

    public Guid BatchId { get; set; }

    public Guid? ReplayBatchId { get; set; }

    internal static void Map(EntityTypeBuilder<DeadLetterRow> table)
    {
        table.ToTable("dead_letters").HasKey(letter => letter.Id);
        table.Property(letter => letter.Id).HasColumnName("dead_letter_id");
        table.Property(letter => letter.EventId).HasColumnName("event_id");
        table.Property(letter => letter.SourceId).HasColumnName("source_id");
        table.Property(letter => letter.MessageId).HasColumnName("message_id");
        table.Property(letter => letter.Type).HasColumnName("type");
        table.Property(letter => letter.ReceivedAt).HasColumnName("received_at");
        table.Property(letter => letter.ParkedAt).HasColumnName("parked_at");
        table.Property(letter => letter.Stage).HasColumnName("stage");
        table.Property(letter => letter.Code).HasColumnName("code");
        table.Property(letter => letter.Reason).HasColumnName("reason");
        table.Property(letter => letter.Fingerprint).HasColumnName("fingerprint");
        table.Property(letter => letter.Attempts).HasColumnName("attempts");
        table.Property(letter => letter.State).HasColumnName("state");
        table.Property(letter => letter.BatchId).HasColumnName("batch_id");
        table.Property(letter => letter.ReplayBatchId).HasColumnName("replay_batch_id");
    }
}
