using System.Text.Json;
using CsCheck;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Tests.Applying;

public sealed class ProfileStateCodecTests
{
    private static readonly Gen<ulong[]> History = Gen.ULong.Array[1, 15];

    [Fact]
    public void A_state_survives_its_stored_form() => History.Sample(
        numbers =>
        {
            foreach (var state in StatesOf(numbers))
            {
                var bytes = ProfileStateCodec.Encode(state);
                var read = ProfileStateCodec.Decode(bytes);

                Json(read).ShouldBe(Json(state));
                ProfileStateCodec.Encode(read).ShouldBe(bytes);
            }
        },
        iter: 500);

    [Fact]
    public void A_state_that_was_stored_as_JSON_is_read_and_stored_anew() => History.Sample(
        numbers =>
        {
            foreach (var state in StatesOf(numbers))
            {
                var read = ProfileStateCodec.Decode(JsonBytes(state));

                Json(read).ShouldBe(Json(state));
                ProfileStateCodec.Encode(read).ShouldBe(ProfileStateCodec.Encode(state));
            }
        },
        iter: 300);

    [Fact]
    public void Traits_that_nobody_asked_for_are_carried_over_as_if_they_had_been_read() => Gen.Select(History, History).Sample(
        (first, then) =>
        {
            string[] all = [.. new[] { false, true }.Select(asksFirst =>
            {
                var world = new World(Histories.Traits, Histories.End);
                world.Apply([.. first.Select(Histories.Event)]);
                foreach (var state in world.Live.Where(_ => asksFirst))
                {
                    _ = Json(state);
                }

                world.Apply([.. then.Select((number, i) => Histories.Event(number, i + first.Length))]);
                return string.Join('\n', world.Live.Select(state => Convert.ToBase64String(ProfileStateCodec.Encode(state))));
            })];

            all[1].ShouldBe(all[0]);
        },
        iter: 300);

    [Fact]
    public void What_only_operators_bring_about_survives_too()
    {
        var stamp = new Stamp(Histories.Start, Guid.CreateVersion7(), "crm", Histories.End);
        var cut = new IdentityCut { Id = Guid.CreateVersion7(), Part = [Guid.CreateVersion7()], Rest = [Guid.CreateVersion7(), Guid.Empty], At = Histories.Start, By = "operator" };
        var state = ProfileState.Fresh(Guid.CreateVersion7(), Histories.Start) with
        {
            Version = 12_345_678_901,
            MergedInto = Guid.CreateVersion7(),
            Identities = [new KnownIdentity(Guid.Empty, "email", "ünï@example.com", stamp, Histories.End)],
            Links = [new IdentityLink(Guid.Empty, cut.Id, stamp, IsAlias: true), new IdentityLink(cut.Id, Guid.AllBitsSet, stamp with { SourceId = "shop" }, IsAlias: false)],
            Cuts = [cut, cut with { Id = Guid.CreateVersion7(), RevokedAt = Histories.End, RevokedBy = "another" }],
        };

        Json(ProfileStateCodec.Decode(ProfileStateCodec.Encode(state))).ShouldBe(Json(state));
    }

    [Fact]
    public void Values_survive_as_they_were_written()
    {
        string[] values = ["null", "true", "false", "0", "-0", "-12.50", "1e3", "123456789012345.678901", "\"a\\u00e9\\\"b\"", "[\"a\", \"b\"]", """{"a": [1, {"b": null}]}"""];
        var stamp = new Stamp(Histories.Start, Guid.CreateVersion7(), "crm", Histories.End);
        var state = ProfileState.Fresh(Guid.Empty, Histories.Start) with
        {
            Subjects =
            [
                new SubjectState(Guid.Empty, SubjectTraits.Of(values.Select((value, i) => KeyValuePair.Create($"t{i}", new TraitState
                {
                    Shape = "value",
                    Cells = [new Cell { Value = JsonElement.Parse(value), Winner = stamp }],
                    Last = i % 2 == 0 ? stamp : null,
                })))),
            ],
        };

        var read = ProfileStateCodec.Decode(ProfileStateCodec.Encode(state));

        values.Select((_, i) => read.Subjects[0].Traits[$"t{i}"].Cells[0].Value.GetRawText()).ShouldBe(values);
    }

    [Fact]
    public void A_newer_shape_of_a_trait_is_refused_with_the_cure_and_an_unknown_one_is_not_written()
    {
        Should.Throw<InvalidDataException>(() => TraitStateCodec.Read([(byte)CellShapes.All.Length, 0, 0])).Message.ShouldContain("Upgrade");
        TraitStateCodec.Read([(byte)(CellShapes.All.Length - 1), 0, 0]).Shape.ShouldBe(CellShapes.All[^1]);
        Should.Throw<ArgumentException>(() => CellShapes.PlaceOf("median")).Message.ShouldContain("median");
    }

    [Fact]
    public void A_newer_form_is_refused_with_the_cure_and_so_is_a_shortened_one()
    {
        var bytes = ProfileStateCodec.Encode(StatesOf([1, 2, 3]).First());
        bytes[0].ShouldBe((byte)2);

        Should.Throw<InvalidDataException>(() => ProfileStateCodec.Decode([4, .. bytes[1..]])).Message.ShouldContain("Upgrade");
        Should.Throw<InvalidDataException>(() => ProfileStateCodec.Decode("""{"v":3,"p":null}"""u8.ToArray())).Message.ShouldContain("Upgrade");
        for (var length = 0; length < bytes.Length; length++)
        {
            Should.Throw<InvalidDataException>(() => ProfileStateCodec.Decode(bytes[..length]));
        }
    }

    private static IEnumerable<ProfileState> StatesOf(ulong[] numbers)
    {
        var world = new World(Histories.Traits, Histories.End, usesWireForm: false);
        world.Apply([.. numbers.Select(Histories.Event)]);
        return world.Live;
    }

    private static string Json(ProfileState state) => System.Text.Encoding.UTF8.GetString(JsonBytes(state));

    /// <summary>The stored form of the first releases.</summary>
    private static byte[] JsonBytes(ProfileState state) =>
        JsonSerializer.SerializeToUtf8Bytes(new ProfileStateJson.Envelope(1, state), ProfileStateJsonContext.Default.Envelope);
}
