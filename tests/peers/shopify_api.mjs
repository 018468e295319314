// Shopify's own JavaScript library: a line of JSON in is a question, a line of JSON out its answer.
import "@shopify/shopify-api/adapters/node";
import { createInterface } from "node:readline";
import { shopifyApi } from "@shopify/shopify-api";

const libraries = new Map();

function library(clientId, secret) {
  const name = JSON.stringify([clientId, secret]);
  if (!libraries.has(name)) {
    const logger = { log: () => {} };
    libraries.set(
      name,
      shopifyApi({ apiKey: clientId, apiSecretKey: secret, apiVersion: "2026-10", hostName: "app.example", isEmbeddedApp: true, logger }),
    );
  }
  return libraries.get(name);
}

const ways = {
  shop: (shopify, { text }) => shopify.utils.sanitizeShop(text),
  host: (shopify, { text }) => shopify.utils.sanitizeHost(text),
  query: (shopify, { query }) => shopify.utils.validateHmac(new URLSearchParams(query), { signator: "admin" }),
  proxy: (shopify, { query }) => shopify.utils.validateHmac(new URLSearchParams(query), { signator: "appProxy" }),
  session: (shopify, { token }) => shopify.session.decodeSessionToken(token),
  hook: (shopify, { headers, body }) =>
    shopify.webhooks.validate({ rawBody: body, rawRequest: { method: "POST", url: "/", headers } }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { way, client_id: clientId, secret, ...asked } = JSON.parse(line);
  let said;
  try {
    said = { answer: await ways[way](library(clientId, secret), asked) };
  } catch (error) {
    said = { refusal: `${error.constructor.name}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
