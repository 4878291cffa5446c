using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.Execution.Documents;

/// <summary>Documents that clients call by id. Section <c>Gateway:TrustedDocuments</c>.</summary>
public sealed class TrustedDocumentsOptions
{
    public const string Section = "Gateway:TrustedDocuments";

    /// <summary>Folder whose <c>*.graphql</c> files are the trusted documents, read once at start. Ids are <c>sha256:</c> and the hex SHA-256 of the file's bytes.</summary>
    /// <value>Null: none.</value>
    public string? Path { get; set; }

    /// <summary>Refuses every document that is not in the folder (PERSISTED_ONLY).</summary>
    /// <value>False.</value>
    public bool OnlyTrusted { get; set; }

    /// <summary>Largest number of files read.</summary>
    /// <value>10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxDocuments { get; set; } = 10_000;
}
