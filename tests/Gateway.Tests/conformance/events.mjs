// The graphql-sse client in distinct connections mode: query, errors, subscription, unsubscription, the way back by cursor.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-sse';

const { GATEWAY_URL: url, GATEWAY_KEY: key } = process.env;
const client = createClient({ url, singleConnection: false, retryAttempts: 0, headers: { 'X-Api-Key': key } });

const collect = async (payload, limit = Infinity) => {
  const results = [];
  for await (const result of client.iterate(payload)) {
    results.push(result);
    if (results.length === limit) break;
  }
  return results;
};

assert.deepEqual(await collect({ query: '{ hello(name: "sse") }' }), [{ data: { hello: 'hello sse' } }]);
console.log('ok query');

const [refused] = await collect({ query: '{ nothing }' });
assert.equal(refused.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
console.log('ok a refused document is a next event');

assert.deepEqual((await collect({ query: 'subscription { ticks(count: 3) }' })).map(({ data }) => data.ticks), [1, 2, 3]);
console.log('ok a subscription that ends completes');

let cursor = 0;
const received = [];
for (let part = 0; part < 3; part++) {
  const results = await collect({ query: 'subscription($after: Int) { ticks(after: $after) }', variables: { after: cursor } }, 20);
  received.push(...results.map(({ data }) => data.ticks));
  cursor = received.at(-1);
}
assert.deepEqual(received, Array.from({ length: 60 }, (_, i) => i + 1));
console.log('ok unsubscribed and resumed by cursor without a gap');

const stranger = createClient({ url, retryAttempts: 0 });
await assert.rejects(
  (async () => { for await (const result of stranger.iterate({ query: '{ hello }' })) void result; })(),
  (error) => error.response?.status === 401);
console.log('ok without a key 401');
