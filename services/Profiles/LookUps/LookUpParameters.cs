using Freshet.Profiles.Sources;
using Microsoft.Extensions.Configuration;

namespace Freshet.Profiles.LookUps;

/// <summary>The secrets that the headers of a look-up name.</summary>
public static class LookUpParameters
{
    /// <summary>By name. Null: one of them is not set here.</summary>
    public static IReadOnlyDictionary<string, string>? Read(IConfiguration configuration, LookUpSettings lookUp)
    {
        var found = new Dictionary<string, string>();
        foreach (var name in lookUp.Headers.Values.SelectMany(LookUpTemplate.ParametersIn))
        {
            if (SecretParameters.Read(configuration, name) is not { } value)
            {
                return null;
            }

            found[name] = value;
        }

        return found;
    }
}
