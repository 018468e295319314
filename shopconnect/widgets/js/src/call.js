import { customer, settings } from "./settings.js";

// A platform that tells us who is signed in knows it by a cookie of the shop's own; nothing else takes one along.
export const credentials = (isNamed) => (isNamed && customer === "" ? "same-origin" : "omit");

// Calls an endpoint. Never throws: status 0 says that nothing came back.
export async function call(name, { query = {}, body, wait = 8000, isNamed = false } = {}) {
  const url = new URL(name, settings.base);
  for (const key in query) url.searchParams.set(key, query[key]);
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), wait);
  try {
    const answer = await fetch(url, {
      credentials: credentials(isNamed),
      signal: gone.signal,
      ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    return { status: answer.status, data: (await answer.json()) || {} };
  } catch {
    return { status: 0, data: {} };
  } finally {
    clearTimeout(timer);
  }
}
