namespace Freshet.Processing.Tests;

/// <summary>Tests that share the one broker of the test process and its queues: one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RealBusCollection
{
    public const string Name = "real bus";
}
