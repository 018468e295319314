import { customer, settings } from "./settings.js";

// A platform that tells us who is signed in knows it by a cookie of the shop's own; nothing else takes one along.
export const credentials = (isNamed) => (isNamed && customer === "" ? "same-origin" : "omit");

// Calls an endpoint: with a `query` in the address, where nothing of the shopper stands, else with a `body` of JSON or
// the fields of a `form`, which needs no question beforehand. Never throws: status 0 says that nothing came back.
export async function call(name, { query = {}, body, form, wait = 8000, isNamed = false } = {}) {
  const url = new URL(name, settings.base);
  for (const key in query) url.searchParams.set(key, query[key]);
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), wait);
  try {
    const answer = await fetch(url, {
      credentials: credentials(isNamed),
      signal: gone.signal,
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
      ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    return { status: answer.status, data: (await answer.json()) || {} };
  } catch {
    return { status: 0, data: {} };
  } finally {
    clearTimeout(timer);
  }
}
