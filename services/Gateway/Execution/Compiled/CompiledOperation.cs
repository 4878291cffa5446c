using System.Buffers;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Freshet.Gateway.Execution.Compiled;

/// <summary>
/// An operation turned into what writes its answer, once per document and schema. It gives the engine's answer byte for byte, or says that
/// it cannot; it never refuses anything itself.
/// </summary>
public abstract class CompiledOperation
{
    /// <summary>The operation with its variables; null when they are not of the plain kind that it takes.</summary>
    /// <param name="variables">The JSON object, or empty when none was sent. Not kept.</param>
    public abstract BoundOperation? Bind(ReadOnlySpan<byte> variables);
}

/// <summary>A compiled operation with the variables of one request.</summary>
public abstract class BoundOperation
{
    /// <summary>Writes the whole answer. False: the engine has to answer, and what was written is worth nothing.</summary>
    /// <exception cref="TimeoutException">It took longer than an operation may.</exception>
    public abstract ValueTask<bool> TryWriteAsync(IBufferWriter<byte> output, CancellationToken ct);
}

/// <summary>Knows the shapes of operations that a schema can answer without the engine.</summary>
public interface IOperationCompiler
{
    /// <summary>Null: this one is for the engine.</summary>
    /// <param name="schema">The document was validated against it.</param>
    /// <param name="document">Holds the operation and its fragments.</param>
    /// <param name="operation">Any of the document.</param>
    CompiledOperation? Compile(ISchema schema, GraphQLDocument document, GraphQLOperationDefinition operation);
}
