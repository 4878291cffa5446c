using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sealing;

namespace Freshet.Benchmarks.Micro;

/// <summary>From a tracking call's bytes to an event that is understood.</summary>
public class EventParse
{
    private readonly MicroData data = new();

    [Benchmark]
    public CanonicalEvent Identify() => data.Understand(data.Calls[0]);

    [Benchmark]
    public CanonicalEvent Order() => data.Understand(data.Calls[1]);
}

/// <summary>What an order does to a customer who has one.</summary>
public class ApplyOrder
{
    private readonly MicroData data = new();

    [Benchmark]
    public ApplyOutcome Apply() => data.Apply(data.Customer, data.NextOrder);
}

/// <summary>A seal of the size of a profile, under a profile's key and under the shared key of the cache. Both keep their cipher here.</summary>
public class SealAndUnseal
{
    private const int Size = 4096;
    private static readonly byte[] Place = SealedPlace.Of("profiles", Guid.Empty, "state");
    private readonly byte[] plain = RandomNumberGenerator.GetBytes(Size);
    private readonly DataKey profile = Key(KeyPurpose.Profile);
    private readonly DataKey cache = Key(KeyPurpose.Cache);
    private readonly byte[] ofProfile;
    private readonly byte[] ofCache;

    public SealAndUnseal()
    {
        ofProfile = profile.Seal(plain, Place);
        ofCache = cache.Seal(plain, Place);
    }

    [Benchmark]
    public byte[] SealProfile() => profile.Seal(plain, Place);

    [Benchmark]
    public byte[] UnsealProfile() => profile.Open(ofProfile, Place);

    [Benchmark]
    public byte[] SealCache() => cache.Seal(plain, Place);

    [Benchmark]
    public byte[] UnsealCache() => cache.Open(ofCache, Place);

    private static DataKey Key(KeyPurpose purpose) => new(Guid.CreateVersion7(), purpose, RandomNumberGenerator.GetBytes(32));
}
