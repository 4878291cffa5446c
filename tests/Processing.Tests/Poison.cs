using Freshet.Testing;

namespace Freshet.Processing.Tests;

/// <summary>Makes PostgreSQL treat events of one type in a bad way, until it is mended.</summary>
public static class Poison
{
    public const string EventType = "order.poisoned";

    /// <summary>Inserting such an event fails as a bad value would.</summary>
    public static Task RefuseAsync(TestDatabase database) => OnInsertAsync(database, "raise exception 'bad value' using errcode = '22000';");

    /// <summary>Inserting such an event fails as if another transaction had been in the way.</summary>
    public static Task ConflictAsync(TestDatabase database) => OnInsertAsync(database, "raise exception 'conflict' using errcode = '40001';");

    /// <summary>Inserting such an event takes this long, so that there is a middle of it.</summary>
    public static Task SlowAsync(TestDatabase database, double seconds) => OnInsertAsync(database, FormattableString.Invariant($"perform pg_sleep({seconds});"));

    public static Task MendAsync(TestDatabase database) => database.ExecuteAsync("drop trigger poison on events");

    private static Task OnInsertAsync(TestDatabase database, string statement) => database.ExecuteAsync($"""
        create or replace function poison() returns trigger language plpgsql as $$ begin {statement} return new; end $$;
        create trigger poison before insert on events for each row when (new.type = '{EventType}') execute function poison();
        """);
}
