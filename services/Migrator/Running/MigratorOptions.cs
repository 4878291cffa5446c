using System.ComponentModel.DataAnnotations;

namespace Freshet.Migrator.Running;

/// <summary>What the Migrator needs to know. Section <c>Migrator</c>, and the keys that all hosts share.</summary>
public sealed class MigratorOptions
{
    /// <summary>How long it waits for a server that does not answer.</summary>
    /// <value>Two minutes: a broker that recovers its queues takes its time.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "Migrator:Patience must be from 00:00:00 to one day, like 00:02:00.")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Configuration <c>ConnectionStrings:freshet</c>.</summary>
    [Required(ErrorMessage = "ConnectionStrings:freshet is not set; set ConnectionStrings__freshet, like Host=localhost;Database=freshet;Username=postgres;Password=...")]
    public string PostgreSql { get; set; } = "";

    /// <summary>Configuration <c>ConnectionStrings:rabbitmq</c>.</summary>
    [Required(ErrorMessage = "ConnectionStrings:rabbitmq is not set; set ConnectionStrings__rabbitmq, like amqp://guest:...@localhost:5672")]
    public string RabbitMq { get; set; } = "";

    /// <summary>Configuration <c>Workspace:Path</c>.</summary>
    [Required(ErrorMessage = "Workspace:Path is not set; set Workspace__Path to a folder with traits.yaml and sources/")]
    public string Workspace { get; set; } = "";
}
