namespace Freshet.Profiles.Mapping.Scripts;

/// <summary>
/// What runs before a script. Limits are looked at between statements; so a built-in function that makes much out of little in one statement is given
/// a bound of its own, and those that a mapping has no use for are taken away. It runs first, so nobody has kept the originals.
/// </summary>
internal static class ScriptWalls
{
    /// <summary>The function that takes the event and its metadata as JSON and gives JSON.</summary>
    public const string Entry = "__freshet";

    public const string Code = """
        (function (global) {
          const most = 1000000, TooLong = RangeError, texts = String, lengthOf = Function.prototype.call.bind(function () { return texts(this).length; });
          const original = JSON.stringify, parse = JSON.parse, define = Object.defineProperty;
          const callWith = Function.prototype.call.bind(Function.prototype.call);
          // One object can stand in many places, so a small value can be a very long text: the function is asked for each place, and is counted.
          const stringify = function (value, replacer, space) {
            return original(value, function (key, member) {
              const kept = typeof replacer === 'function' ? callWith(replacer, this, key, member) : member;
              return kept;
            }, space);
          };
          define(JSON, 'stringify', { writable: false, configurable: false, enumerable: false, value: stringify });
          function bound(owner, name, grown) {
            const original = owner[name];
            const call = Function.prototype.call.bind(original);
            define(owner, name, { writable: false, configurable: false, enumerable: false, value: function () {
              const args = [this];
              for (let i = 0; i < arguments.length; i++) args[i + 1] = arguments[i];
              if (!(grown(this, arguments) <= most)) throw new TooLong('too long');
              return call(...args);
            } });
          }
          const S = String.prototype, A = Array.prototype;
          bound(S, 'repeat', (self, a) => lengthOf(self) * Number(a[0]));
          bound(S, 'padStart', (self, a) => Number(a[0]));
          bound(S, 'padEnd', (self, a) => Number(a[0]));
          bound(S, 'concat', (self, a) => { let n = lengthOf(self); for (let i = 0; i < a.length; i++) n += lengthOf(a[i]); return n; });
          bound(S, 'replaceAll', (self, a) => typeof a[1] === 'function' ? lengthOf(self) : (lengthOf(self) + 1) * (lengthOf(a[1]) + 1));
          bound(S, 'replace', (self, a) => typeof a[1] === 'function' ? lengthOf(self) : (lengthOf(self) + 1) * (lengthOf(a[1]) + 1));
          bound(S, 'split', (self, a) => lengthOf(self) * 10);
          bound(A, 'flat', (self, a) => a[0] === undefined || Number(a[0]) <= 1 ? 0 : most + 1);
          bound(A, 'concat', (self, a) => {
            let n = self.length;
            for (let i = 0; i < a.length; i++) n += a[i] !== null && typeof a[i] === 'object' ? 100 * (a[i].length || 1) : 1;
            return n;
          });
          bound(A, 'join', (self, a) => {
            const between = a[0] === undefined ? 1 : lengthOf(a[0]);
            let n = 0;
            for (let i = 0; i < self.length; i++) {
              const item = self[i];
              n += between + (typeof item === 'string' ? item.length : 20);
              if (n > most) return n;
            }
            return n;
          });
          for (const name of ['ArrayBuffer', 'SharedArrayBuffer', 'Atomics', 'DataView', 'Uint8Array', 'Int8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array',
            'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'BigInt', 'WeakRef', 'FinalizationRegistry', 'Proxy', 'Promise',
            'Intl', 'Temporal', 'ShadowRealm', 'eval', 'Function', 'escape', 'unescape', 'Iterator', 'AsyncIterator']) delete global[name];
          delete Math.random;
          delete String.raw;
          delete A.toString;
          delete A.toLocaleString;
          define(global, '__freshet', { writable: false, configurable: false, enumerable: false, value: function (event, metadata) {
            return stringify(transformEvent(parse(event), parse(metadata)));
          } });
        })(globalThis);
        """;
}
