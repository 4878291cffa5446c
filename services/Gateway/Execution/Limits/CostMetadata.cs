using GraphQL.Types;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>What a schema may say about the price of a field; see <see cref="OperationCost"/> for what holds without a word.</summary>
public static class CostMetadata
{
    private const string WeightKey = "freshet.cost.weight";
    private const string ListSizeKey = "freshet.cost.list-size";

    /// <summary>Sets what one value of the field costs. Default: 1 for an object, 0 for a scalar and for an edge's node.</summary>
    public static TField WithCost<TField>(this TField field, int weight)
        where TField : FieldType
    {
        field.Metadata[WeightKey] = weight;
        return field;
    }

    /// <summary>Sets how many items a list without a page size is expected to hold. Default: 1, for lists that come with their owner.</summary>
    public static TField WithListSize<TField>(this TField field, int size)
        where TField : FieldType
    {
        field.Metadata[ListSizeKey] = size;
        return field;
    }

    internal static int? Weight(FieldType field) => field.GetMetadata<int?>(WeightKey);

    internal static int? ListSize(FieldType field) => field.GetMetadata<int?>(ListSizeKey);
}
