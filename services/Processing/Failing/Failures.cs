using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using MassTransit;
using Npgsql;
using RabbitMQ.Client.Exceptions;
using StackExchange.Redis;

namespace Freshet.Processing.Failing;

/// <summary>The one table from exceptions to <see cref="FailureKind"/> and to the code that rows, metrics and dead letters carry.</summary>
public static class Failures
{
    /// <summary>The code of what cannot be read any more, because the key that sealed it was destroyed.</summary>
    public const string KeyDestroyed = "key.destroyed";

    /// <summary>What trying again can do about an exception. The outermost exception that the table knows decides: a driver's word on its own cause is better than ours.</summary>
    public static FailureKind Classify(Exception exception)
    {
        var kind = KindOf(exception);
        for (var cause = exception.InnerException; kind is null && cause is not null; cause = cause.InnerException)
        {
            kind = KindOf(cause);
        }

        return kind ?? FailureKind.Defect;
    }

    /// <summary>Whether an exception says something about a server, and nothing about the event.</summary>
    public static bool IsTransient(Exception exception) => Classify(exception) is FailureKind.Transient or FailureKind.Throttled;

    /// <summary>A short name of the cause for tables and metrics: SQLSTATE for the database, else the exception's type. Never a value.</summary>
    public static string CodeOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case PostgresException postgres:
                    return $"sql.{postgres.SqlState}";
                case SealingException { IsErased: true }:
                    return KeyDestroyed;
            }
        }

        return $"error.{exception.GetBaseException().GetType().Name}";
    }

    /// <summary>Types and places, innermost last, for the log. Messages are left out: a driver's may quote values of an event.</summary>
    public static string TraceOf(Exception exception)
    {
        var causes = new List<string>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            causes.Add($"{cause.GetType().FullName}{Environment.NewLine}{cause.StackTrace}");
        }

        return string.Join(Environment.NewLine, causes);
    }

    private static FailureKind? KindOf(Exception exception) => exception switch
    {
        PostgresException postgres => KindOfSqlState(postgres.SqlState),
        StoreUnavailableException or StoreConflictException => FailureKind.Transient,
        SealingException { IsErased: true } => FailureKind.Refused,
        SealingException => FailureKind.Poison,
        NpgsqlException or SocketException or TimeoutException or IOException => FailureKind.Transient,
        OperationCanceledException => FailureKind.Transient,
        RedisException or RabbitMQClientException or ConnectionException => FailureKind.Transient,
        TransportException or TransportUnavailableException or MessageReturnedException => FailureKind.Transient,
        CryptographicException => FailureKind.Refused,
        JsonException or FormatException or DecoderFallbackException or OverflowException => FailureKind.Poison,
        _ => null,
    };

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static FailureKind? KindOfSqlState(string state) => state switch
    {
        PostgresErrorCodes.LockNotAvailable => FailureKind.Transient,

        // Two transactions inserted the same key: the second one sees the first one's row when it tries again.
        PostgresErrorCodes.UniqueViolation => FailureKind.Transient,
        PostgresErrorCodes.ReadOnlySqlTransaction => FailureKind.Transient,
        PostgresErrorCodes.StatementCompletionUnknown => FailureKind.Transient,
        _ => state[..2] switch
        {
            "08" or "40" or "57" or "58" or "XX" => FailureKind.Transient,
            "53" => FailureKind.Throttled,
            "21" or "22" or "23" or "54" => FailureKind.Poison,
            _ => FailureKind.Defect,
        },
    };
}
