"""Shopify's admin as far as a browser sees it: a page with our app in a frame, the app's navigation, and App Bridge.

It stands at 127.0.0.1 while the site under test stands at localhost, so that the frame is a stranger's to the browser.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.shopconnect.shops.admin import GRANTED, session_token, signed
from tests.shopconnect.shops.platforms import SHOP

ADMIN = """<!doctype html><title>Admin</title>
<style>body {{ margin: 0; display: grid; grid-template-columns: 200px 1fr; height: 100vh; font: 14px system-ui }}
nav {{ display: grid; align-content: start; gap: 8px; padding: 16px; background: #ebebeb }}
iframe {{ border: 0; width: 100%; height: 100% }}</style>
<nav></nav><iframe name="app" src="{src}"></iframe>
<script>
  const nav = document.querySelector("nav");
  addEventListener("message", ({{ data }}) => {{
    if (!data.links) return;
    nav.replaceChildren(...data.links.map(([href, text]) => {{
      const button = Object.assign(document.createElement("button"), {{ textContent: text }});
      button.addEventListener("click", () => frames.app.postMessage({{ go: href }}, "*"));
      return button;
    }}));
  }});
</script>"""

BRIDGE = """(() => {
  const idToken = async () => (await fetch("%(here)s/id-token", { method: "POST" })).text();
  window.shopify = { idToken };
  const wanted = new URLSearchParams(location.search).get("shopify-reload");
  if (wanted) idToken().then((token) => {
    const url = new URL(wanted, location.origin);
    url.searchParams.set("id_token", token);
    location.replace(url);
  });
  customElements.define("ui-nav-menu", class extends HTMLElement {
    connectedCallback() {
      queueMicrotask(() => setTimeout(() => {
        const links = [...this.querySelectorAll("a:not([rel=home])")];
        parent.postMessage({ links: links.map((a) => [a.getAttribute("href"), a.textContent]) }, "*");
      }));
    }
  });
  addEventListener("message", ({ data }) => {
    if (!data.go) return;
    const link = document.querySelector(`ui-nav-menu a[href="${data.go}"]`);
    link.dispatchEvent(new Event("shopify:navigate", { bubbles: true, cancelable: true }));
  });
})();"""


class Admin(ThreadingHTTPServer):
    """The admin of one shop, whose app stands at `app`; it counts what it is asked for."""

    daemon_threads = True

    def __init__(self, app: str, locale: str = "en") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.app, self.locale, self.here = app, locale, f"http://127.0.0.1:{self.server_address[1]}"
        self.id_tokens, self.exchanges, self.token_changes = 0, 0, {}  # type: int, int, dict[str, Any]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def entry(self) -> str:
        """The address that the frame is given."""
        query = signed(shop=SHOP, host="YWRtaW4", embedded="1", locale=self.locale, id_token=session_token())
        return f"{self.app}/shopify/?{urlencode(query)}"


class _Handler(BaseHTTPRequestHandler):
    server: Admin

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/app-bridge.js":
            self._say("text/javascript", BRIDGE % {"here": self.server.here})
        else:
            src = parse_qs(parts.query).get("src", [self.server.entry()])[0]
            self._say("text/html", ADMIN.format(src=src.replace("&", "&amp;")))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/id-token":
            self.server.id_tokens += 1
            self._say("text/plain", session_token(**self.server.token_changes))
        else:
            self.server.exchanges += 1
            self._say("application/json", json.dumps({"access_token": "a", "scope": GRANTED, "expires_in": 3600}))

    def _say(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
