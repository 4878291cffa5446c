using GraphQL.Types;

namespace Freshet.Gateway.Execution;

/// <summary>
/// Gives the schema that serves operations now. The schema is rebuilt when the trait dictionary changes, so callers ask
/// once per operation and never keep the answer: prepared documents are kept per schema instance and vanish with it.
/// </summary>
public interface ISchemaSource
{
    ISchema Current { get; }

    /// <summary>False until the dictionary is known: operations must wait, or they would be told that fields do not exist which only are not known yet.</summary>
    bool IsReady => true;
}
