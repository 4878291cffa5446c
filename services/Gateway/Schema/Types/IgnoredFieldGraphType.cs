using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Ignoring;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class IgnoredFieldGraphType : ObjectGraphType<IgnoredField>
{
    public IgnoredFieldGraphType()
    {
        Name = "IgnoredField";
        Description = "A field that arrives in events and that no trait takes: it is not stored. Told are its name and what its values look like, never a value.";
        Field<NonNullGraphType<IdGraphType>>("source").Description("Who sends it.").Resolve(context => context.Source.SourceId);
        Field<StringGraphType>("eventType").Description("In which events. Null together with `path`.").Resolve(context => NullIfEmpty(context.Source.EventType));
        Field<StringGraphType>("path")
            .Description("Where it lies; `*` stands for a name that looks personal. Null: all fields of the source that found no row of their own.")
            .Resolve(context => NullIfEmpty(context.Source.Path));
        Field<NonNullGraphType<FieldShapeGraphType>>("shape").Description("The kind of its values, as it was last.").Resolve(context => context.Source.Form.Shape);
        Field<StringGraphType>("format")
            .Description("What its texts look like: `email`, `url`, `date`, `date-time`, `uuid`, `phone`, `number`. Null: none of them.")
            .Resolve(context => context.Source.Form.Format);
        Field<NonNullGraphType<LongScalar>>("events").Description("About how many events had it: counted by samples.").Resolve(context => context.Source.Events);
        Field<NonNullGraphType<DateTimeScalar>>("firstSeen").Description("When it was noticed first.").Resolve(context => context.Source.FirstSeen);
        Field<NonNullGraphType<DateTimeScalar>>("lastSeen").Description("When it was noticed last.").Resolve(context => context.Source.LastSeen);
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

internal sealed class FieldShapeGraphType : EnumerationGraphType
{
    public FieldShapeGraphType()
    {
        Name = "FieldShape";
        Description = "The kind of a JSON value.";
        Add("STRING", FieldShape.String, "Text.");
        Add("INTEGER", FieldShape.Integer, "A whole number.");
        Add("DECIMAL", FieldShape.Decimal, "A number with a fraction or an exponent.");
        Add("BOOLEAN", FieldShape.Boolean, "True or false.");
        Add("OBJECT", FieldShape.Object, "An object that is empty, or too deep to be looked into.");
        Add("LIST", FieldShape.List, "A list.");
        Add("NULL", FieldShape.Null, "Never anything but null so far.");
    }
}
