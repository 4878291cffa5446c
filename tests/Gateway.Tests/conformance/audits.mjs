// Runs every GraphQL-over-HTTP server audit of graphql-http and prints one line each, then "<ok> of <all> ok".
import { serverAudits } from 'graphql-http';

const { GATEWAY_URL: url, GATEWAY_KEY: key } = process.env;
const fetchFn = (input, init = {}) =>
  fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } });

let ok = 0;
const audits = serverAudits({ url, fetchFn });
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === 'ok') ok++;
  console.log(`${result.status} ${result.id} ${result.name}${result.reason ? `: ${result.reason}` : ''}`);
}

console.log(`${ok} of ${audits.length} ok`);
process.exitCode = ok === audits.length ? 0 : 1;
