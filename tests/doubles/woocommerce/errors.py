"""Errors in the words of WooCommerce and WordPress."""

import json
from typing import Any

Reply = tuple[int, dict[str, str], bytes]
JSON = {"Content-Type": "application/json; charset=UTF-8"}


class RestError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(code)
        self.status, self.body = status, {"code": code, "message": message, "data": {"status": status, **data}}

    def reply(self) -> Reply:
        """Return it as it goes out."""
        return self.status, dict(JSON), json.dumps(self.body).encode()


def cannot_view() -> RestError:
    """No key, an unknown key, or a header that never came: WooCommerce cannot tell."""
    return RestError(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")


def bad_secret() -> RestError:
    """A known key with another secret."""
    return RestError(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid.")


def read_only() -> RestError:
    """A key that may only read."""
    message = "The API key provided does not have write permissions."
    return RestError(401, "woocommerce_rest_authentication_error", message)


def no_route() -> RestError:
    """No such path."""
    return RestError(404, "rest_no_route", "No route was found matching the URL and request method.")


def invalid_id(kind: str) -> RestError:
    """No such resource."""
    return RestError(404, f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.")


def invalid_param(name: str, code: str, message: str) -> RestError:
    """A parameter that makes no sense."""
    details = {name: {"code": code, "message": message, "data": None}}
    return RestError(
        400, "rest_invalid_param", f"Invalid parameter(s): {name}", params={name: message}, details=details
    )
