using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Freshet.Gateway.Execution.Limits;
using GraphQL.Types;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Execution.Documents;

/// <summary>
/// Prepared documents by their exact text, per schema instance: when the schema is rebuilt its documents go with it.
/// Bounded by count and by characters; the least recently used goes first. Only valid documents enter.
/// </summary>
public sealed class DocumentCache(IOptions<OperationLimitsOptions> limits)
{
    private readonly ConditionalWeakTable<ISchema, SchemaDocuments> _bySchema = [];

    public bool TryGet(ISchema schema, string text, [NotNullWhen(true)] out PreparedDocument? document)
    {
        document = _bySchema.TryGetValue(schema, out var documents) ? documents.Find(text) : null;
        return document is not null;
    }

    public void Add(ISchema schema, PreparedDocument document)
    {
        var documents = _bySchema.GetValue(schema, _ => new SchemaDocuments(limits.Value.MaxCachedDocuments, limits.Value.MaxCachedCharacters));
        documents.Add(document);
    }

    private sealed class SchemaDocuments(int maxDocuments, int maxCharacters)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, LinkedListNode<PreparedDocument>> _byText = new(StringComparer.Ordinal);

        // Most recently used first.
        private readonly LinkedList<PreparedDocument> _byUse = new();
        private int _characters;

        public PreparedDocument? Find(string text)
        {
            lock (_gate)
            {
                if (!_byText.TryGetValue(text, out var node))
                    return null;

                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return node.Value;
            }
        }

        public void Add(PreparedDocument document)
        {
            lock (_gate)
            {
                if (document.Text.Length > maxCharacters || _byText.ContainsKey(document.Text))
                    return;

                _byText[document.Text] = _byUse.AddFirst(document);
                _characters += document.Text.Length;
                while (_byText.Count > maxDocuments || _characters > maxCharacters)
                    RemoveOldest();
            }
        }

        private void RemoveOldest()
        {
            var oldest = _byUse.Last!.Value;
            _byUse.RemoveLast();
            _byText.Remove(oldest.Text);
            _characters -= oldest.Text.Length;
        }
    }
}
