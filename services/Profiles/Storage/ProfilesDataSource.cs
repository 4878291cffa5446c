using Npgsql;

namespace Freshet.Profiles.Storage;

/// <summary>Connections to the database <c>freshet</c>.</summary>
public static class ProfilesDataSource
{
    /// <summary>Settings of the connection string win; what it leaves open is set for statements that are few and run all the time.</summary>
    public static NpgsqlDataSource Create(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.MaxAutoPrepare == 0)
        {
            // A statement that ran twice on a connection is prepared from then on.
            settings.MaxAutoPrepare = 100;
            settings.AutoPrepareMinUsages = 2;
        }

        if (!connectionString.Contains("Timeout", StringComparison.OrdinalIgnoreCase))
        {
            settings.Timeout = 5;
            settings.CommandTimeout = 30;
        }

        // Nothing here leaves settings, temporary tables or session locks behind in a connection, so none needs seven statements of cleaning before each
        // use. One that listened goes on listening in the pool; whoever gets it next does not hear it.
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "freshet";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }
}
