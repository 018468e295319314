"""How Stripe's library reaches Stripe: by our one door out. Pure: no database, no Django."""

from collections.abc import Mapping
from typing import Any

from stripe import APIConnectionError, HTTPClient

from shopconnect.core import http

UNTOLD = "x-stripe-client-user-agent"  # says what system and which Python run here


class WayOut(HTTPClient):
    """The library's HTTP client. Nothing is tried again here: whoever asked does that."""

    name = "shopconnect"

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Return body, status and headers; raises APIConnectionError where nothing came back."""
        told = {name: value for name, value in (headers or {}).items() if name.lower() != UNTOLD}
        body = post_data.encode() if isinstance(post_data, str) else post_data
        try:
            answer = http.call(method, url, headers=told, body=body, again=False)
        except http.NetworkError as error:
            raise APIConnectionError(f"{type(error).__name__}: {error}") from error  # type: ignore[no-untyped-call]
        return answer.body.decode(errors="replace"), answer.status, answer.headers

    def close(self) -> None:
        """Leave the connections to our door, which keeps them for others."""
