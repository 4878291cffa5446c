using System.Security.Cryptography;
using System.Text;
using Freshet.Gateway.Execution.Limits;
using GraphQLParser.AST;

namespace Freshet.Gateway.Execution.Documents;

/// <summary>A document that was parsed, measured and validated against one schema; safe to execute any number of times.</summary>
public sealed class PreparedDocument
{
    private readonly IReadOnlyList<PreparedOperation> _operations;

    public PreparedDocument(string text, GraphQLDocument document, IReadOnlyList<PreparedOperation> operations)
    {
        Text = text;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        Document = document;
        _operations = operations;
    }

    /// <summary>As it was sent; the key of the cache.</summary>
    public string Text { get; }

    /// <summary>The start of the text's SHA-256: enough to find it among the trusted documents from a log record.</summary>
    public string Fingerprint { get; }

    public GraphQLDocument Document { get; }

    /// <summary>The operation of that name, or the only one when none is named; null when there is no such choice.</summary>
    public PreparedOperation? Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return _operations.Count == 1 ? _operations[0] : null;

        foreach (var operation in _operations)
        {
            if (operation.Name == name)
                return operation;
        }

        return null;
    }
}

/// <summary>One operation of a prepared document.</summary>
/// <param name="Name">Null for an anonymous operation.</param>
/// <param name="Type">Query, mutation or subscription.</param>
/// <param name="Cost">Evaluated per request, because page sizes may be variables.</param>
/// <param name="Definition">The operation in the document.</param>
public sealed record PreparedOperation(string? Name, OperationType Type, OperationCost Cost, GraphQLOperationDefinition Definition);
