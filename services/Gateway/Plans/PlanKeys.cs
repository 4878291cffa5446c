using Freshet.Gateway.Profiles;
using GraphQLParser.AST;

namespace Freshet.Gateway.Plans;

/// <summary>Where the argument <c>by</c> comes from.</summary>
internal sealed class PlanKeys
{
    private readonly int _keyPlace = -1;
    private readonly int _textPlace = -1;
    private readonly string _member = "";
    private readonly ProfileKeyInput? _constant;

    private PlanKeys(int keyPlace) => _keyPlace = keyPlace;

    private PlanKeys(string member, int textPlace) => (_member, _textPlace) = (member, textPlace);

    private PlanKeys(ProfileKeyInput constant) => _constant = constant;

    /// <summary>Null: a member that plans do not have.</summary>
    public static ProfileKeyInput? Of(string member, string text) => member switch
    {
        "email" => new ProfileKeyInput { Email = text },
        "phone" => new ProfileKeyInput { Phone = text },
        "userId" => new ProfileKeyInput { UserId = text },
        "anonymousId" => new ProfileKeyInput { AnonymousId = text },
        "id" => new ProfileKeyInput { Id = text },
        _ => null,
    };

    /// <summary>Null: written in a way that plans do not have.</summary>
    public static PlanKeys? Of(GraphQLValue value, PlanVariables variables)
    {
        if (value is GraphQLVariable variable)
            return variables.PlaceOf(variable, PlanVariableKind.Key) is >= 0 and var place ? new PlanKeys(place) : null;
        if (value is not GraphQLObjectValue { Fields: [var field] } || Of(field.Name.StringValue, "") is null)
            return null;

        return field.Value switch
        {
            GraphQLVariable text => variables.PlaceOf(text, PlanVariableKind.Text) is >= 0 and var at ? new PlanKeys(field.Name.StringValue, at) : null,
            GraphQLStringValue text => new PlanKeys(Of(field.Name.StringValue, (string)text.Value)!),
            _ => null,
        };
    }

    public ProfileKeyInput In(PlanValues values) =>
        _constant ?? (_keyPlace >= 0 ? values.Keys[_keyPlace]! : Of(_member, values.Texts[_textPlace]!)!);
}
