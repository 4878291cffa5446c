using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting.Running;

/// <summary>
/// The AppHost's user secrets: the place where generated values are kept between runs
/// (<c>~/.microsoft/usersecrets/{UserSecretsId}/secrets.json</c>, readable by its owner alone).
/// </summary>
internal static class UserSecretsFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly Lock Gate = new();

    public static string? PathOf(Assembly? appHost) => appHost?.GetCustomAttribute<UserSecretsIdAttribute>() is { } attribute
        ? PathHelper.GetSecretsPathFromSecretsId(attribute.UserSecretsId)
        : null;

    /// <summary>Puts the file below environment variables in every environment: a kept value must be found again.</summary>
    public static void AddTo(ConfigurationManager configuration, Assembly? appHost)
    {
        var sources = ((IConfigurationBuilder)configuration).Sources;
        if (PathOf(appHost) is not { } path || sources.OfType<JsonConfigurationSource>().Any(s => s.Path == "secrets.json"))
        {
            return;
        }

        var source = new JsonConfigurationSource { Path = path, Optional = true };
        source.ResolveFileProvider();
        var place = sources.ToList().FindLastIndex(s => s is EnvironmentVariablesConfigurationSource);
        sources.Insert(place < 0 ? sources.Count : place, source);
    }

    /// <summary>Keeps a value, unless another process has kept one in the meantime: then that one counts.</summary>
    public static string Keep(string path, string key, string value)
    {
        lock (Gate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var exclusive = LockFile.Take(path + ".lock", TimeSpan.FromSeconds(10));
            var root = File.Exists(path) && File.ReadAllText(path) is { Length: > 0 } text
                ? JsonNode.Parse(text, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })!.AsObject()
                : [];
            if (root[key]?.GetValue<string>() is { Length: > 0 } kept)
            {
                return kept;
            }

            root[key] = value;
            WriteAtomically(path, root.ToJsonString(Indented));
            return value;
        }
    }

    private static void WriteAtomically(string path, string text)
    {
        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        File.Move(draft, path, overwrite: true);
    }
}
