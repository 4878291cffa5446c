// The graphql-ws and graphql-sse clients on the schema of profiles. The test changes the customer all the time; each client follows
// it, breaks off, and goes on after the last cursor it saw.
import assert from 'node:assert/strict';
import { createClient as createSocketClient } from 'graphql-ws';
import { createClient as createEventsClient } from 'graphql-sse';
import WebSocket from 'ws';

const { GATEWAY_URL: url, GATEWAY_KEY: key } = process.env;
const headers = { Authorization: `Bearer ${key}` };
const query = `subscription($after: Cursor) {
  profileChanged(by: { email: "ann@shop.test" }, after: $after) { cursor resync profile { version traits { points } } }
}`;

const clients = {
  'graphql-ws': () => createSocketClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: headers }),
  'graphql-sse': () => createEventsClient({ url, headers, retryAttempts: 0 }),
};

for (const [name, create] of Object.entries(clients)) {
  let after;
  let version = 0;
  for (let round = 0; round < 3; round++) {
    const client = create();
    let seen = 0;
    for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
      assert.equal(errors, undefined);
      const change = data.profileChanged;
      assert.equal(change.resync, false);
      // The profile is read when the change is delivered, so two changes in a row may show the same version.
      assert.ok(change.profile.version >= version, `${name}: version ${change.profile.version} after ${version}`);
      ({ cursor: after } = change);
      ({ version } = change.profile);
      if (++seen === 5) break;
    }
    assert.equal(seen, 5);
    await client.dispose();
  }
  console.log(`ok ${name} followed a profile, and twice went on after its cursor`);
}
