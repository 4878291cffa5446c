using Acornima.Ast;
using JsNode = Acornima.Ast.Node;

namespace Freshet.Profiles.Mapping.Scripts;

/// <summary>
/// Looks at a script before it runs. Limits are looked at when a statement or a function's body begins. Parameters come before that, so what they could
/// compute is refused: a default that calls its own function would end the process. Classes, generators and asynchronous functions are for
/// programs and not for mappings; they have such places too.
/// </summary>
internal static class ScriptShape
{
    /// <summary>Null: it can be run.</summary>
    public static string? Error(JsNode program)
    {
        var left = new Stack<JsNode>();
        left.Push(program);
        while (left.TryPop(out var node))
        {
            if (ErrorAt(node) is { } error)
            {
                return error;
            }

            foreach (var child in node.ChildNodes)
            {
                left.Push(child);
            }
        }

        return null;
    }

    private static string? ErrorAt(JsNode node) => node switch
    {
        IClass => "a script has no classes; use plain functions and objects",
        ImportExpression => "a script imports nothing",
        IFunction { Generator: true } or IFunction { Async: true } => "a script has no generators and no asynchronous functions; use plain functions",
        IFunction function when function.Params.Any(ComputesSomething) =>
            "parameters of a script have no defaults and no computed names; write (x) => { const y = x ?? 'default'; ... }",
        _ => null,
    };

    private static bool ComputesSomething(JsNode parameter) => parameter switch
    {
        Identifier => false,
        Property { Computed: true } => true,
        RestElement or ObjectPattern or ArrayPattern or Property => parameter.ChildNodes.Any(ComputesSomething),
        _ => true,
    };
}
