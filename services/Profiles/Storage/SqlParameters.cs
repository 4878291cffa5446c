using Npgsql;
using NpgsqlTypes;

namespace Freshet.Profiles.Storage;

/// <summary>Positional parameters, typed so that nothing is boxed or guessed.</summary>
internal static class SqlParameters
{
    extension(NpgsqlParameterCollection parameters)
    {
        internal NpgsqlParameterCollection With<T>(T value)
        {
            parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            return parameters;
        }

        /// <summary>Instants are stored in UTC; PostgreSQL takes no other offset.</summary>
        internal NpgsqlParameterCollection With(DateTimeOffset value) => parameters.With<DateTimeOffset>(value.ToUniversalTime());

        internal NpgsqlParameterCollection With(IEnumerable<DateTimeOffset> values) =>
            parameters.With<DateTimeOffset[]>([.. values.Select(value => value.ToUniversalTime())]);

        /// <summary>The smallest and the largest of some batch ids, as PostgreSQL orders them. Of none: an empty range.</summary>
        internal NpgsqlParameterCollection WithBounds(IReadOnlyCollection<Guid> ids) => ids.Count == 0
            ? parameters.With(Guid.AllBitsSet).With(Guid.Empty)
            : parameters.With(ids.Min()).With(ids.Max());

        internal NpgsqlParameterCollection WithJson(IEnumerable<string?> values)
        {
            parameters.Add(new NpgsqlParameter<string?[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
            return parameters;
        }

        internal NpgsqlParameterCollection WithNullable(object? value, NpgsqlDbType type)
        {
            parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
            return parameters;
        }
    }
}
