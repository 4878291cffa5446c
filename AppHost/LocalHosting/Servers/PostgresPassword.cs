using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Running;

namespace Aspire.Hosting.Servers;

/// <summary>
/// PostgreSQL keeps its password in the data. When the parameter has changed since (secrets deleted, another value given),
/// the role gets the new one before the server starts; otherwise nobody could enter any more.
/// </summary>
internal static class PostgresPassword
{
    private const int SaltBytes = 16;

    public static void Remember(ServerContext context, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        context.Data.WritePrivate(MarkOf(context), Convert.ToHexStringLower([.. salt, .. Hash(salt, password)]));
    }

    public static async Task ApplyAsync(
        ServerContext context, string data, string user, string password, CancellationToken cancellationToken)
    {
        if (IsRemembered(context, password))
        {
            return;
        }

        var script = Path.Combine(context.Home, "password.sql");
        context.Data.WritePrivate(script, $"ALTER ROLE \"{Double(user, '"')}\" PASSWORD '{Double(password, '\'')}';\n");
        try
        {
            await ChildProcess.RunAsync(
                new ChildStart(
                    "sh",
                    ["-c", "exec \"$0\" --single -D \"$1\" postgres < \"$2\"", context.Installation.Program("postgres"), data, script],
                    context.Home)
                {
                    Environment = context.FullEnvironment(),
                    RunAs = context.Data.ServerUser,
                },
                cancellationToken);
        }
        finally
        {
            File.Delete(script);
        }

        Remember(context, password);
    }

    private static bool IsRemembered(ServerContext context, string password)
    {
        var mark = MarkOf(context);
        if (!File.Exists(mark))
        {
            return false;
        }

        var bytes = Convert.FromHexString(File.ReadAllText(mark));
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(SaltBytes), Hash(bytes[..SaltBytes], password));
    }

    private static byte[] Hash(byte[] salt, string password) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)]);

    private static string MarkOf(ServerContext context) => Path.Combine(context.Home, "password.hash");

    private static string Double(string text, char quote) =>
        text.Replace(quote.ToString(), new string(quote, 2), StringComparison.Ordinal);
}
