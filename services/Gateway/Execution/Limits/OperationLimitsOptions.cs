using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>
/// Bounds on what one operation may ask. They are checked in the order of their price: characters, tokens, shape of the
/// parsed document, then validation, then cost, so that an abusive document is refused before it costs anything.
/// Section <c>Gateway:Limits</c>.
/// </summary>
public sealed class OperationLimitsOptions
{
    public const string Section = "Gateway:Limits";

    /// <summary>Largest HTTP body in bytes; also bounds the characters of a document.</summary>
    /// <value>102,400.</value>
    [Range(1_024, 10_485_760)]
    public int MaxBodyBytes { get; set; } = 102_400;

    /// <summary>JSON values in one request body (variables and extensions included).</summary>
    /// <value>10,000: 500 profile keys with room to spare.</value>
    [Range(100, 1_000_000)]
    public int MaxJsonTokens { get; set; } = 10_000;

    /// <summary>Lexer tokens in a document, counted before it is parsed.</summary>
    /// <value>2,000. The introspection query of the reference client has about 300.</value>
    [Range(50, 100_000)]
    public int MaxTokens { get; set; } = 2_000;

    /// <summary>Fields written in a document.</summary>
    /// <value>500.</value>
    [Range(10, 10_000)]
    public int MaxFields { get; set; } = 500;

    /// <summary>Fields after all fragments are expanded.</summary>
    /// <value>2,000.</value>
    [Range(10, 100_000)]
    public int MaxExpandedFields { get; set; } = 2_000;

    [Range(0, 1_000)]
    public int MaxAliases { get; set; } = 30;

    /// <summary>Fields at the root of one operation, fragments expanded.</summary>
    /// <value>20.</value>
    [Range(1, 1_000)]
    public int MaxRootFields { get; set; } = 20;

    [Range(0, 100)]
    public int MaxDirectivesPerLocation { get; set; } = 4;

    [Range(0, 1_000)]
    public int MaxDirectives { get; set; } = 50;

    [Range(0, 1_000)]
    public int MaxFragments { get; set; } = 30;

    /// <summary>Pairs of fields with one response path: the engine compares every two of them, so its work is quadratic.</summary>
    /// <value>1,000: one field 45 times, or 20 fields 10 times each.</value>
    [Range(0, 10_000_000)]
    public int MaxMergeComparisons { get; set; } = 1_000;

    /// <summary>Fragments visited (spread or inline) when all are expanded: stops fragments that double each other.</summary>
    /// <value>1,000.</value>
    [Range(0, 100_000)]
    public int MaxFragmentVisits { get; set; } = 1_000;

    [Range(1, 60)]
    public int MaxDepth { get; set; } = 10;

    /// <summary>Depth below <c>__schema</c> and <c>__type</c>. The reference introspection query needs 15.</summary>
    /// <value>16.</value>
    [Range(1, 60)]
    public int MaxIntrospectionDepth { get; set; } = 16;

    /// <summary>How often a list of types or fields may nest in itself inside introspection.</summary>
    /// <value>2.</value>
    [Range(1, 10)]
    public int MaxIntrospectionLists { get; set; } = 2;

    /// <summary>Cost of one operation: objects it may load, multiplied by page sizes. See <see cref="OperationCost"/>.</summary>
    /// <value>1,000.</value>
    [Range(1, 10_000_000)]
    public int MaxCost { get; set; } = 1_000;

    /// <summary>Largest <c>first</c>, <c>last</c> or list of keys.</summary>
    /// <value>500.</value>
    [Range(1, 100_000)]
    public int MaxPageSize { get; set; } = 500;

    /// <summary>Items assumed for a paged field whose caller names no page size.</summary>
    /// <value>50.</value>
    [Range(1, 100_000)]
    public int DefaultPageSize { get; set; } = 50;

    /// <summary>Validation stops after so many errors.</summary>
    /// <value>5.</value>
    [Range(1, 100)]
    public int MaxValidationErrors { get; set; } = 5;

    /// <summary>Budget of one query, mutation or subscription event.</summary>
    /// <value>10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Operations that execute at the same time on this host.</summary>
    /// <value>64.</value>
    [Range(1, 10_000)]
    public int MaxConcurrentOperations { get; set; } = 64;

    /// <summary>Operations that may wait for a place; one more is refused with OVERLOADED.</summary>
    /// <value>512.</value>
    [Range(0, 100_000)]
    public int MaxWaitingOperations { get; set; } = 512;

    /// <summary>Events of subscriptions that execute at the same time on this host; the others wait, at most a second.</summary>
    /// <value>8.</value>
    [Range(1, 10_000)]
    public int MaxConcurrentEvents { get; set; } = 8;

    /// <summary>Prepared (parsed and validated) documents kept per schema.</summary>
    /// <value>500.</value>
    [Range(0, 100_000)]
    public int MaxCachedDocuments { get; set; } = 500;

    /// <summary>Characters of all prepared documents together.</summary>
    /// <value>2,000,000.</value>
    [Range(0, 1_000_000_000)]
    public int MaxCachedCharacters { get; set; } = 2_000_000;
}
