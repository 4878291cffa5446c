using System.Net.Sockets;
using Npgsql;

namespace Freshet.Profiles.Storage;

/// <summary>Tells failures of the server from failures of the data.</summary>
public static class StoreErrors
{
    /// <summary>The server or the way to it failed: try again later.</summary>
    public static bool IsUnavailable(Exception failure) => failure switch
    {
        StoreUnavailableException => true,
        PostgresException postgres => IsUnavailable(postgres.SqlState),
        NpgsqlException or TimeoutException or SocketException or IOException => true,
        _ => false,
    };

    /// <summary>Two transactions were in each other's way: the whole transaction is to be tried again, at once.</summary>
    public static bool IsConflict(Exception failure) => failure is StoreConflictException or PostgresException
    {
        SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.LockNotAvailable
    };

    /// <summary>The server refused a value: the event that brought it is at fault, and only that.</summary>
    /// <remarks>Class 22 data exception, 23 integrity, 54 program limit exceeded. https://www.postgresql.org/docs/15/errcodes-appendix.html</remarks>
    public static bool IsRefusedValue(PostgresException failure) =>
        failure.SqlState is [('2'), ('2' or '3'), ..] or [('5'), ('4'), ..] && failure.SqlState != PostgresErrorCodes.UniqueViolation;

    internal static async Task<T> TranslateAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (failure is not StoreUnavailableException && IsUnavailable(failure))
        {
            throw new StoreUnavailableException("PostgreSQL (connection 'freshet') does not answer.", failure);
        }
    }

    // 08 connection, 53 resources, 57P shutdown and crash, 58 system; 25006: a standby that cannot be written to; 40: conflicts.
    private static bool IsUnavailable(string state) => state switch
    {
        ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or ['5', '8', ..] or ['4', '0', ..] => true,
        "57014" or "25006" or PostgresErrorCodes.LockNotAvailable => true,
        _ => false,
    };
}
