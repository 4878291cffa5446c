using Freshet.Gateway.Schema.Types;
using Freshet.Profiles.Dictionary;

namespace Freshet.Gateway.Schema;

/// <summary>Makes the types of one schema instance, each once. Types know the dictionary, and nothing that lives in the host.</summary>
internal sealed class TypeProvider(TraitDictionary dictionary, TraitFields fields) : IServiceProvider
{
    private readonly Dictionary<Type, object> made = new()
    {
        [typeof(ProfileGraphType)] = new ProfileGraphType(dictionary),
        [typeof(SubscriptionGraphType)] = new SubscriptionGraphType(dictionary),
        [typeof(TraitsGraphType)] = new TraitsGraphType(fields.Fields),
    };

    public object? GetService(Type serviceType)
    {
        if (made.TryGetValue(serviceType, out var known))
        {
            return known;
        }

        // The engine also asks for its own optional services; those stay at their defaults.
        if (serviceType.IsAbstract || serviceType.IsInterface || serviceType.GetConstructor(Type.EmptyTypes) is null)
        {
            return null;
        }

        return made[serviceType] = Activator.CreateInstance(serviceType)!;
    }
}
