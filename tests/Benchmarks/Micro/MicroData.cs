using System.Text;
using Freshet.Benchmarks.Running;
using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Sources;

namespace Freshet.Benchmarks.Micro;

/// <summary>The demo workspace, and a customer of it, without any server.</summary>
internal sealed class MicroData
{
    private readonly IdentityIndex index = new(Lab.IdentityIndexKey);

    public MicroData()
    {
        var reading = WorkspaceReader.ReadFiles(Path.Combine(Projects.AppHost.ProjectPath, "workspace"), _ => null, out _);
        var workspace = reading.Definition ?? throw new InvalidOperationException(string.Join('\n', reading.Errors));
        Traits = new TraitDictionary(1, workspace.Traits);
        App = workspace.Sources.Single(source => source.Id == "app");
        Now = TimeProvider.System.GetUtcNow();
        Calls = [.. Customers.Introductions(1).Select(Raw)];
        var events = Array.ConvertAll(Calls, Understand);
        var profile = Guid.CreateVersion7(Now);
        Owners = events.SelectMany(read => read.Identities).Select(identity => identity.Id).Distinct().ToDictionary(id => id, _ => profile);
        Customer = Apply(ProfileState.Fresh(profile, Now), events).States.Single();
        NextOrder = Understand(Raw(Customers.Introductions(1)[1], Calls.Length));
    }

    public TraitDictionary Traits { get; }

    public Source App { get; }

    public DateTimeOffset Now { get; }

    /// <summary>Who a customer is, an order, a page viewed.</summary>
    public RawEvent[] Calls { get; }

    public Dictionary<Guid, Guid> Owners { get; }

    /// <summary>After those calls.</summary>
    public ProfileState Customer { get; }

    /// <summary>An order that is not applied yet.</summary>
    public CanonicalEvent NextOrder { get; }

    public CanonicalEvent Understand(RawEvent raw) => ReadEvent.Decide(raw, App, Traits, index.Of) is ReadResult.Read read
        ? read.Event
        : throw new InvalidOperationException("A call of the benchmarks was not understood.");

    public ApplyOutcome Apply(ProfileState state, params IReadOnlyList<CanonicalEvent> events) =>
        ApplyEvents.Decide([state], Owners, events, Traits, Now, () => Guid.CreateVersion7(Now));

    private RawEvent Raw(string call, int number)
    {
        var message = $"message-{number}";
        return new RawEvent
        {
            EventId = EventIds.From(App.Id, message),
            SourceId = App.Id,
            MessageId = message,
            ReceivedAt = Now,
            Format = RawEventFormat.Tracking,
            Body = Encoding.UTF8.GetBytes(call),
        };
    }
}
