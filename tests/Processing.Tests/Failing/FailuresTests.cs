using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Freshet.Processing.Failing;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using MassTransit;
using Npgsql;
using RabbitMQ.Client.Exceptions;
using StackExchange.Redis;

namespace Freshet.Processing.Tests.Failing;

public sealed class FailuresTests
{
    public static TheoryData<string, FailureKind> SqlStates => new()
    {
        { PostgresErrorCodes.ConnectionFailure, FailureKind.Transient },
        { PostgresErrorCodes.SerializationFailure, FailureKind.Transient },
        { PostgresErrorCodes.DeadlockDetected, FailureKind.Transient },
        { PostgresErrorCodes.AdminShutdown, FailureKind.Transient },
        { PostgresErrorCodes.CrashShutdown, FailureKind.Transient },
        { PostgresErrorCodes.CannotConnectNow, FailureKind.Transient },
        { PostgresErrorCodes.LockNotAvailable, FailureKind.Transient },
        { PostgresErrorCodes.ReadOnlySqlTransaction, FailureKind.Transient },
        { PostgresErrorCodes.UniqueViolation, FailureKind.Transient },
        { PostgresErrorCodes.IoError, FailureKind.Transient },
        { PostgresErrorCodes.DiskFull, FailureKind.Throttled },
        { PostgresErrorCodes.TooManyConnections, FailureKind.Throttled },
        { PostgresErrorCodes.InvalidTextRepresentation, FailureKind.Poison },
        { PostgresErrorCodes.UntranslatableCharacter, FailureKind.Poison },
        { PostgresErrorCodes.CheckViolation, FailureKind.Poison },
        { PostgresErrorCodes.StatementTooComplex, FailureKind.Poison },
        { PostgresErrorCodes.UndefinedColumn, FailureKind.Defect },
        { PostgresErrorCodes.InFailedSqlTransaction, FailureKind.Defect },
    };

    public static TheoryData<Exception, FailureKind> Exceptions => new()
    {
        { new StoreUnavailableException("away", new TimeoutException()), FailureKind.Transient },
        { new StoreConflictException("in the way"), FailureKind.Transient },
        { new NpgsqlException("broken", new IOException()), FailureKind.Transient },
        { new SocketException(), FailureKind.Transient },
        { new TimeoutException(), FailureKind.Transient },
        { new OperationCanceledException(), FailureKind.Transient },
        { new RedisException("away"), FailureKind.Transient },
        { new BrokerUnreachableException(new SocketException()), FailureKind.Transient },
        { new ConnectionException("away"), FailureKind.Transient },
        { new CryptographicException(), FailureKind.Refused },
        { new SealingException("no key"), FailureKind.Poison },
        { new SealingException("destroyed") { IsErased = true }, FailureKind.Refused },
        { new JsonException(), FailureKind.Poison },
        { new FormatException(), FailureKind.Poison },
        { new OverflowException(), FailureKind.Poison },
        { new InvalidOperationException(), FailureKind.Defect },
        { new NotSupportedException(), FailureKind.Defect },
    };

    [Theory]
    [MemberData(nameof(SqlStates))]
    public void A_state_of_the_database_has_a_kind(string state, FailureKind kind) => Failures.Classify(Postgres(state)).ShouldBe(kind);

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void An_exception_has_a_kind(Exception exception, FailureKind kind) => Failures.Classify(exception).ShouldBe(kind);

    [Fact]
    public void An_exception_that_says_nothing_by_itself_is_judged_by_its_cause()
    {
        Failures.Classify(new EventApplyException(Guid.CreateVersion7(), "apply", Postgres(PostgresErrorCodes.DiskFull))).ShouldBe(FailureKind.Throttled);
        Failures.Classify(new EventApplyException(Guid.CreateVersion7(), "apply", new FormatException())).ShouldBe(FailureKind.Poison);
        Failures.Classify(new EventApplyException(Guid.CreateVersion7(), "apply", new InvalidOperationException())).ShouldBe(FailureKind.Defect);
    }

    [Fact]
    public void The_code_is_the_databases_state_or_the_innermost_type()
    {
        Failures.CodeOf(new InvalidOperationException("secret", Postgres("22P02"))).ShouldBe("sql.22P02");
        Failures.CodeOf(new InvalidOperationException("secret", new FormatException("secret"))).ShouldBe("error.FormatException");
    }

    [Fact]
    public void A_trace_holds_types_and_places_but_no_message()
    {
        var trace = Failures.TraceOf(Thrown(() => Fail("ada@example.com")));

        trace.ShouldContain(typeof(FormatException).FullName!);
        trace.ShouldContain(nameof(Fail));
        trace.ShouldNotContain("ada@example.com");
    }

    [Fact]
    public void Equal_causes_have_equal_fingerprints_whatever_their_values()
    {
        var one = Fingerprint.Of("apply", Thrown(() => Fail("one")));
        var two = Fingerprint.Of("apply", Thrown(() => Fail("two")));

        one.ShouldBe(two);
        one.Length.ShouldBe(12);
    }

    [Fact]
    public void Another_stage_type_or_place_is_another_cause()
    {
        string[] prints =
        [
            Fingerprint.Of("apply", Thrown(() => Fail("x"))),
            Fingerprint.Of("read", Thrown(() => Fail("x"))),
            Fingerprint.Of("apply", Thrown(() => FailElsewhere("x"))),
            Fingerprint.Of("apply", Thrown(() => throw new OverflowException())),
        ];

        prints.Distinct().Count().ShouldBe(prints.Length);
    }

    [Fact]
    public async Task An_async_method_gives_the_same_fingerprint_on_every_call()
    {
        var prints = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            try
            {
                await FailLaterAsync(i);
            }
            catch (FormatException failure)
            {
                prints.Add(Fingerprint.Of("apply", failure));
            }
        }

        prints[0].ShouldBe(prints[1]);
        prints[0].ShouldNotBe(Fingerprint.Of("apply", new FormatException()));
    }

    private static PostgresException Postgres(string state) => new("message", "ERROR", "ERROR", state);

    private static void Fail(string value) => throw new FormatException(value);

    private static void FailElsewhere(string value) => throw new FormatException(value);

    private static async Task FailLaterAsync(int value)
    {
        await Task.Yield();
        throw new FormatException($"{value}");
    }

    private static Exception Thrown(Action action)
    {
        try
        {
            action();
        }
        catch (Exception thrown)
        {
            return thrown;
        }

        throw new InvalidOperationException("Nothing was thrown.");
    }
}
