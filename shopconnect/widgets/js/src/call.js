import { settings } from "./settings.js";

// Through the shop's own address the shop's own cookies go along: a shop behind a password lets nobody in without, and
// its platform knows by them who is signed in. Nothing else takes one along.
export const credentials = settings.proxied ? "same-origin" : "omit";

// Calls an endpoint: with a `query` in the address, where nothing of the shopper stands, else with a `body` of JSON or
// the fields of a `form`, which needs no question beforehand. Never throws: status 0 says that nothing came back.
export async function call(name, { query = {}, body, form, wait = 8000 } = {}) {
  const url = new URL(name, settings.base);
  for (const key in query) url.searchParams.set(key, query[key]);
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), wait);
  try {
    const answer = await fetch(url, {
      credentials,
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
