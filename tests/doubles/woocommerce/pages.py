"""Pages of a shop that its merchant sees: the one that asks for a yes, and what comes of it."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import requests

from tests.doubles.woocommerce.errors import Reply

if TYPE_CHECKING:
    from tests.doubles.woocommerce.double import WooShop

MANDATORY = ("app_name", "user_id", "return_url", "callback_url", "scope")
NOT_SENT = "An error occurred in the request and at the time were unable to send the consumer data"
PostKey = Callable[[str, bytes], int]


def post_key(url: str, body: bytes) -> int:
    """Send a key as WordPress does, and return how it was answered: 0 for not at all."""
    headers = {"Content-Type": "application/json;charset=UTF-8", "User-Agent": "WordPress/7.1; https://shop"}
    try:
        return requests.post(url, data=body, headers=headers, timeout=60).status_code
    except requests.RequestException:
        return 0


def answer(shop: "WooShop", path: str, pairs: Mapping[str, str]) -> Reply:
    """Answer one of wc-auth's pages, to a shop manager who is signed in."""
    missing = next((name for name in MANDATORY if not pairs.get(name)), "")
    if missing:
        return _die(f"Error: Missing parameter {missing}.")
    if not (shop.takes_http or pairs["callback_url"].startswith("https://")):
        return _die("Error: The callback_url needs to be over SSL.")
    pairs = {**pairs, "user_id": _unencoded(pairs["user_id"])}
    if path.endswith("/authorize"):
        return _html(
            f"<h1>{pairs['app_name']} would like to connect to your store</h1>"
            f'<a class="approve" href="access_granted?{urlencode(pairs)}">Approve</a>'
            f'<a class="deny" href="{back(pairs, is_yes=False)}">Deny</a>'
        )
    key, secret = f"ck_{secrets.token_hex(20)}", f"cs_{secrets.token_hex(20)}"
    shop.keys[key] = secret
    sent = {
        "key_id": len(shop.keys),
        "user_id": pairs["user_id"],
        "consumer_key": key,
        "consumer_secret": secret,
        "key_permissions": pairs["scope"],
    }
    if shop.post_key(pairs["callback_url"], json.dumps(sent).encode()) != 200:
        del shop.keys[key]
        return _die(f"Error: {NOT_SENT}.")
    return 302, {"Location": back(pairs, is_yes=True)}, b""


def back(pairs: Mapping[str, str], *, is_yes: bool) -> str:
    """Return where the browser goes: to the app, with the state as it came."""
    return f"{pairs['return_url']}?success={int(is_yes)}&user_id={pairs['user_id']}"


def _unencoded(state: str) -> str:
    """Return what is left of a state that WooCommerce puts into addresses as it is."""
    return re.sub(r"[^A-Za-z0-9_:=.-]", "", state.partition("&")[0])


def _die(sentence: str) -> Reply:
    return 401, {"Content-Type": "text/html"}, f"<html><p>{sentence}</p></html>".encode()


def _html(body: str) -> Reply:
    return 200, {"Content-Type": "text/html"}, f"<html>{body.replace('&', '&amp;')}</html>".encode()
