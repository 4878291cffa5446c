// The graphql-ws client: query, mutation, subscription, unsubscription, a broken connection and the way back by cursor.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const { GATEWAY_URL, GATEWAY_KEY: key } = process.env;
const url = GATEWAY_URL.replace('http', 'ws');
const settings = { url, webSocketImpl: WebSocket, lazy: true, connectionParams: { Authorization: `Bearer ${key}` } };

const first = async (client, payload) => {
  for await (const result of client.iterate(payload)) return result;
  throw new Error('completed without a result');
};

const client = createClient(settings);

assert.deepEqual(await first(client, { query: '{ hello(name: "ws") }' }), { data: { hello: 'hello ws' } });
assert.deepEqual(await first(client, { query: 'mutation { rename(to: "x") }' }), { data: { rename: 'x' } });
console.log('ok query and mutation');

await assert.rejects(first(client, { query: '{ nothing }' }), (errors) => errors[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED');
console.log('ok a refused document is an error message');

const counted = [];
for await (const { data } of client.iterate({ query: 'subscription { ticks(count: 3) }' })) counted.push(data.ticks);
assert.deepEqual(counted, [1, 2, 3]);
console.log('ok a subscription that ends completes');

const seen = [];
for await (const { data } of client.iterate({ query: 'subscription { ticks }' })) {
  seen.push(data.ticks);
  if (seen.length === 20) break; // sends complete
}
console.log('ok unsubscribed from an endless source');

// The connection breaks under a running subscription; the reader goes on after the last cursor it saw.
let cursor = 0;
let breaks = 0;
const received = [];
while (received.length < 60) {
  const reader = createClient({ ...settings, retryAttempts: 0 });
  try {
    for await (const { data } of reader.iterate({ query: `subscription($after: Int) { ticks(after: $after) }`, variables: { after: cursor } })) {
      received.push((cursor = data.ticks));
      if (received.length % 20 === 0 && breaks < 2 && ++breaks) reader.terminate();
      if (received.length >= 60) break;
    }
  } catch (closed) {
    assert.equal(closed.code, 4499); // what the client reports for its own terminate()
  }
  await reader.dispose();
}
assert.equal(breaks, 2);
assert.deepEqual(received, Array.from({ length: received.length }, (_, i) => i + 1));
console.log('ok resumed twice by cursor without a gap');

const pings = await new Promise((resolve, reject) => {
  const pinged = createClient({ ...settings, lazy: false, keepAlive: 50, on: { pong: (byServer) => { if (byServer) { resolve(1); pinged.dispose(); } }, error: reject } });
});
assert.equal(pings, 1);
console.log('ok the server answers pings');

const stranger = createClient({ ...settings, connectionParams: { apiKey: 'wrong' }, retryAttempts: 0 });
await assert.rejects(first(stranger, { query: '{ hello }' }), (closed) => closed.code === 4403 && closed.reason === 'Forbidden');
console.log('ok a wrong key is closed with 4403');

await client.dispose();
