import { settings } from "./settings.js";

// Calls an endpoint. Never throws: status 0 says that nothing came back.
export async function call(name, { query = {}, body, wait = 8000 } = {}) {
  const url = new URL(name, settings.base);
  for (const key in query) url.searchParams.set(key, query[key]);
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), wait);
  try {
    const answer = await fetch(url, {
      credentials: "omit",
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
