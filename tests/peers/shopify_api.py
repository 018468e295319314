"""Shopify's own JavaScript library, asked through one process of Node: thousands of questions in a second or two."""

import json
import subprocess
from typing import Any

from tests.peers.node import FOLDER, install, node
from tests.waiting import PATIENCE_SECONDS


class ShopifyApi:
    """@shopify/shopify-api with an app's id and one secret; it tells the time by the machine's clock."""

    def __init__(self, client_id: str, secret: str) -> None:
        self._app = {"client_id": client_id, "secret": secret}
        install()
        self._node = subprocess.Popen(
            [node(), FOLDER / "shopify_api.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def find_shop(self, text: str) -> str:
        """Return the shop's domain that a text is to the library, "" for none."""
        return self._ask("shop", text=text) or ""

    def find_host(self, text: str) -> str:
        """Return a `host` parameter that the library takes, "" for none."""
        return self._ask("host", text=text) or ""

    def is_signed_query(self, query: str) -> bool:
        """Say whether the library takes a query string of Shopify's admin."""
        return bool(self._ask("query", query=query))

    def is_signed_proxy(self, query: str) -> bool:
        """Say whether the library takes a query string of the app proxy."""
        return bool(self._ask("proxy", query=query))

    def read_session(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a session token that the library takes."""
        found: dict[str, Any] | None = self._ask("session", token=token)
        return found

    def read_webhook(self, headers: dict[str, str], body: str) -> dict[str, Any]:
        """Return what the library says of a webhook: `valid`, and then its headers or the `reason`."""
        found: dict[str, Any] = self._ask("hook", headers=headers, body=body)
        return found

    def close(self) -> None:
        """End the process."""
        self._node.communicate(timeout=PATIENCE_SECONDS)

    def _ask(self, way: str, **asked: Any) -> Any:
        """Return an answer; None where the library refuses by an error."""
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps({"way": way, **self._app, **asked}) + "\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline()).get("answer")
