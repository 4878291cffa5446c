namespace Freshet.Profiles.Freshness;

/// <summary>What Redis does in one step. Scripts are called by their text: the client sends the hash and falls back to the text by itself.</summary>
internal static class FreshScripts
{
    /// <summary>
    /// KEYS: profiles, then the identities of all of them; ARGV: the profiles' values, then how many identities each has. Writes a profile only
    /// over a smaller version, and its identities' pointers unless a newer version is known. Versions are compared as two numbers, since
    /// Lua's string comparison follows the server's locale.
    /// </summary>
    internal const string WriteIfNewer = """
        local function version(value)
          local high, low = struct.unpack('>I4I4', value)
          return high * 4294967296 + low
        end
        local profiles = #ARGV / 2
        local pointer = profiles
        local written = 0
        for i = 1, profiles do
          local known = redis.call('GETRANGE', KEYS[i], 0, 7)
          local known_version = #known == 8 and version(known) or -1
          local new_version = version(ARGV[i])
          if known_version < new_version then
            redis.call('SET', KEYS[i], ARGV[i])
            written = written + 1
          end
          for _ = 1, tonumber(ARGV[profiles + i]) do
            pointer = pointer + 1
            if known_version <= new_version then
              redis.call('SET', KEYS[pointer], string.sub(KEYS[i], 5))
            end
          end
        end
        return written
        """;

    /// <summary>KEYS: identities. The value of the profile that each points to, with the profile's id (32 hex digits) before it; nil where unknown.</summary>
    internal const string ReadByIdentity = """
        local found = {}
        for i, key in ipairs(KEYS) do
          local profile = redis.call('GET', key)
          local value = profile and redis.call('GET', 'f:p:' .. profile)
          found[i] = value and (profile .. value) or false
        end
        return found
        """;

    /// <summary>KEYS: one identity. The id of its profile (32 hex digits) and that profile's value; nothing where unknown.</summary>
    internal const string ReadOneByIdentity = """
        local profile = redis.call('GET', KEYS[1])
        if not profile then return {} end
        return { profile, redis.call('GET', 'f:p:' .. profile) }
        """;
}
