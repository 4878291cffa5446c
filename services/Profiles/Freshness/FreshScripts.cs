namespace Freshet.Profiles.Freshness;

/// <summary>What Redis does in one step. Scripts are called by their text: the client sends the hash and falls back to the text by itself.</summary>
internal static class FreshScripts
{
    /// <summary>
    /// KEYS: profiles, then the identities of all of them, then where the stream's unbroken part begins; ARGV: the profiles' values, then how many
    /// identities each has, then the epoch that they are of. Writes a profile only over a smaller version, and its identities' pointers unless a
    /// newer version is known. Versions are compared as two numbers, since Lua's string comparison follows the server's locale. -1: another
    /// epoch has begun, nothing was written.
    /// </summary>
    internal const string WriteIfNewer = """
        local epoch = redis.call('HMGET', KEYS[#KEYS], 'process', 'from')
        if epoch[2] ~= ARGV[#ARGV] or epoch[1] ~= string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') then return -1 end
        local function version(value)
          local high, low = struct.unpack('>I4I4', value)
          return high * 4294967296 + low
        end
        local profiles = (#ARGV - 1) / 2
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

    /// <summary>
    /// KEYS: the stream, where its unbroken part begins. The place where it begins, found out anew if need be. A Redis that was killed comes back without its last second, and the entry before the lost ones is still there: so the first
    /// who asks another process than the one known so far adds an entry that announces nothing, and every place before that one is lost.
    /// </summary>
    internal const string Epoch = FindEpoch + """

        return from
        """;

    /// <summary>KEYS: the stream, where its unbroken part begins; ARGV: a cursor. 1 if the stream has the cursor's entry and every one that came after it.</summary>
    internal const string IsUnbroken = FindEpoch + """

        local function place(cursor)
          local milliseconds, sequence = string.match(cursor, '^(%d+)-(%d+)$')
          return tonumber(milliseconds), tonumber(sequence)
        end
        local milliseconds, sequence = place(ARGV[1])
        local from_milliseconds, from_sequence = place(from)
        if milliseconds < from_milliseconds or (milliseconds == from_milliseconds and sequence < from_sequence) then return 0 end
        return #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
        """;

    private const string FindEpoch = """
        local process = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
        local known = redis.call('HMGET', KEYS[2], 'process', 'from')
        local from = known[2]
        if known[1] ~= process then
          from = redis.call('XADD', KEYS[1], '*', 'b', string.rep('\0', 16))
          redis.call('HSET', KEYS[2], 'process', process, 'from', from)
        end
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
