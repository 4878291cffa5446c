// Each client sends one person's data to Ingress in its own way, and says "ok <client>" when Ingress took it.
import { Client as HubSpot, Signature } from "@hubspot/api-client";
import { Analytics } from "@segment/analytics-node";
import Mixpanel from "mixpanel";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";

const ingress = new URL(process.env.INGRESS_URL);
const now = new Date();
const seconds = Math.floor(now.getTime() / 1000);

async function post(path, body, headers) {
  const answer = await fetch(new URL(path, ingress), { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
}

async function segment() {
  const analytics = new Analytics({ writeKey: process.env.WRITE_KEY, host: ingress.origin });
  const failures = [];
  analytics.on("error", (failure) => failures.push(failure));
  analytics.identify({ userId: "segment-1", traits: { email: "segment@shop.test", plan: "gold" } });
  analytics.track({ userId: "segment-1", event: "Order Completed", properties: { total: 12.5 } });
  analytics.alias({ userId: "segment-1", previousId: "segment-0" });
  await analytics.closeAndFlush({ timeout: 60_000 });
  if (failures.length > 0) {
    throw new Error(JSON.stringify(failures));
  }
}

async function mixpanel() {
  // Imports by this client want HTTPS with a secret, so the key travels in the address.
  const client = Mixpanel.init(process.env.MIXPANEL_TOKEN, {
    host: ingress.hostname, port: ingress.port, protocol: ingress.protocol.slice(0, -1), key: process.env.MIXPANEL_SECRET });
  const call = (send) => new Promise((resolve, reject) => send((failure) => (failure ? reject(failure) : resolve())));
  const all = (send) => new Promise((resolve, reject) => send((failures) => (failures ? reject(failures[0]) : resolve())));
  await call((done) => client.track("Signed Up", { distinct_id: "mixpanel-1", $insert_id: "m-1" }, done));
  await call((done) => client.import("Imported Once", new Date(now.getTime() - 86_400_000), { distinct_id: "mixpanel-1", $insert_id: "m-2" }, done));
  await all((done) => client.track_batch([{ event: "One", properties: { distinct_id: "mixpanel-1" } }, { event: "Two", properties: { distinct_id: "mixpanel-1" } }], done));
  await call((done) => client.people.set("mixpanel-1", { $first_name: "Mia", plan: "silver" }, done));
  await call((done) => client.people.set_once("mixpanel-1", { campaign: "spring" }, done));
  await call((done) => client.people.increment("mixpanel-1", "points", 3, done));
  await call((done) => client.people.union("mixpanel-1", { colors: ["red"] }, done));
  await call((done) => client.people.unset("mixpanel-1", ["plan"], done));
  await call((done) => client.alias("mixpanel-1", "mixpanel-2", done));
  await call((done) => client.groups.set("company", "acme", { plan: "platinum" }, done));
}

async function stripe() {
  const payload = JSON.stringify({
    id: "evt_1", object: "event", type: "customer.created", created: seconds, livemode: false,
    data: { object: { id: "cus_1", object: "customer", email: "stripe@shop.test", name: "Stella" } } });
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: process.env.STRIPE_SECRET });
  await post("/webhooks/stripe", payload, { "stripe-signature": header });
}

async function hubspot() {
  if (typeof HubSpot !== "function") {
    throw new Error("The package of HubSpot has no client.");
  }

  for (const [version, method, name] of [["v1", "POST", "x-hubspot-signature"], ["v2", "POST", "x-hubspot-signature"], ["v3", "POST", "x-hubspot-signature-v3"]]) {
    const requestBody = JSON.stringify([{
      eventId: Number(version[1]), subscriptionId: 1, portalId: 1, appId: 1, occurredAt: now.getTime(), subscriptionType: "contact.propertyChange",
      attemptNumber: 0, objectId: 77, propertyName: "firstname", propertyValue: "Hugo", changeSource: "CRM" }]);
    const timestamp = now.getTime();
    const signature = Signature.getSignature(method, version, { clientSecret: process.env.HUBSPOT_SECRET, url: process.env.HUBSPOT_URL, requestBody, timestamp });
    await post("/webhooks/hubspot", requestBody, {
      [name]: signature,
      ...(version === "v3" ? { "x-hubspot-request-timestamp": String(timestamp) } : { "x-hubspot-signature-version": version }) });
  }
}

const envelope = (user) => JSON.stringify({ type: "contact.updated", timestamp: now.toISOString(), data: { user_id: user, plan: "gold" } });

async function svix() {
  const body = envelope("svix-1");
  await post("/webhooks/svix", body, {
    "svix-id": "msg_svix", "svix-timestamp": String(seconds), "svix-signature": new SvixWebhook(process.env.SVIX_SECRET).sign("msg_svix", now, body) });
}

async function standardwebhooks() {
  const body = envelope("standard-1");
  await post("/webhooks/demo", body, {
    "webhook-id": "msg_standard", "webhook-timestamp": String(seconds),
    "webhook-signature": new StandardWebhook(process.env.STANDARD_SECRET).sign("msg_standard", now, body) });
}

async function ga4() {
  const body = JSON.stringify({
    client_id: "111.222", user_id: "ga4-1", timestamp_micros: String(now.getTime() * 1000), user_properties: { plan: { value: "gold" } },
    events: [{ name: "purchase", params: { value: 3, currency: "EUR" } }, { name: "page_view" }] });
  await post(`/mp/collect?api_secret=${process.env.GA4_SECRET}&measurement_id=${process.env.GA4_STREAM}`, body, {});
}

for (const client of [segment, mixpanel, stripe, hubspot, svix, standardwebhooks, ga4]) {
  await client();
  console.log(`ok ${client.name}`);
}

// Clients keep connections open for a next time that does not come.
process.exit(0);
