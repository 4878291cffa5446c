using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Freshet.Gateway.Execution.Errors;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Execution.Documents;

/// <summary>
/// The documents that clients may call by id (<c>documentId</c>, or <c>extensions.persistedQuery.sha256Hash</c>). The id is the
/// SHA-256 of the text, so a client build and a server folder agree without a registry.
/// </summary>
public sealed class TrustedDocuments
{
    private const string Prefix = "sha256:";

    private readonly FrozenDictionary<string, string> _textByHash;
    private readonly bool _onlyTrusted;

    public TrustedDocuments(IOptions<TrustedDocumentsOptions> options)
    {
        _onlyTrusted = options.Value.OnlyTrusted;
        _textByHash = Read(options.Value).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    public int Count => _textByHash.Count;

    /// <summary>The text to run for a request that gives a query, an id, or both.</summary>
    /// <exception cref="RefusalException">The id is unknown, does not match the query, or the query is not trusted.</exception>
    public string Resolve(string? query, string? documentId)
    {
        if (documentId is null)
        {
            if (query is null)
                throw new RefusalException(ErrorCodes.BadRequest, "The request has neither 'query' nor 'documentId'.");
            return _onlyTrusted && !_textByHash.ContainsKey(Hash(query)) ? throw OnlyTrusted() : query;
        }

        var hash = documentId.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? documentId[Prefix.Length..] : documentId;
        if (_textByHash.TryGetValue(hash, out var text))
            return text;
        if (query is null)
            throw new RefusalException(ErrorCodes.PersistedQueryNotFound, "PersistedQueryNotFound");
        if (!string.Equals(hash, Hash(query), StringComparison.OrdinalIgnoreCase))
            throw new RefusalException(ErrorCodes.PersistedQueryMismatch, "The hash is not the SHA-256 of the query. Send the hash of exactly these bytes.");
        return _onlyTrusted ? throw OnlyTrusted() : query;
    }

    private static RefusalException OnlyTrusted() =>
        new(ErrorCodes.PersistedOnly, "Only trusted documents run here. Add the document to the trusted folder and send its 'documentId'.");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static Dictionary<string, string> Read(TrustedDocumentsOptions options)
    {
        var documents = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (options.Path is null)
            return documents;
        if (!Directory.Exists(options.Path))
            throw new DirectoryNotFoundException($"Gateway:TrustedDocuments:Path '{options.Path}' does not exist. Create the folder or remove the setting.");

        foreach (var file in Directory.EnumerateFiles(options.Path, "*.graphql", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            documents[Convert.ToHexStringLower(SHA256.HashData(bytes))] = Encoding.UTF8.GetString(bytes);
            if (documents.Count > options.MaxDocuments)
                throw new InvalidOperationException($"Gateway:TrustedDocuments:Path holds more than {options.MaxDocuments} documents. Raise MaxDocuments or remove some.");
        }

        return documents;
    }
}
