"""What a page says and the signature of the shop's server makes true.

- Who is signed in, as the shop's own server says: "<customer id>.<until>.<signature>". `until` is in seconds since
  1970, a day ahead at most. The signature is HMAC-SHA-256, in hexadecimal digits, of what stands before the last dot,
  under a secret that only the shop's server and we know; so nobody is taken for another.
- Which order a page thanks for, likewise: "<order id>.<signature>", of "order:<order id>".
"""

import hashlib
import hmac
import re

from shopconnect.core.clock import now
from shopconnect.core.security.crypto import keyed_hash

MOST_SECONDS, SLACK_SECONDS = 86_400, 300
_SIGNED = re.compile(r"(.{1,255})\.([0-9]{1,12})\.[0-9a-f]{64}")
_SIGNED_ORDER = re.compile(r"(.{1,255})\.[0-9a-f]{64}")


def customer_secret(public_key: str) -> str:
    """Return what a shop's server signs with: hexadecimal digits, others for another public key."""
    return keyed_hash(f"customers:{public_key}")


def sign_customer(public_key: str, customer: str, until: int) -> str:
    """Return what says until a time that a customer is signed in, as the shop's server would write it."""
    signed = f"{customer}.{until}"
    return f"{signed}.{_signature(customer_secret(public_key), signed)}"


def signed_customer(public_key: str, text: str) -> str:
    """Return who is signed in, "" where the signature does not hold, or its time is over or too far ahead."""
    parts = _SIGNED.fullmatch(text)
    if parts is None:
        return ""
    customer, until = parts[1], int(parts[2])
    is_signed = hmac.compare_digest(sign_customer(public_key, customer, until).encode(), text.encode())
    return customer if is_signed and 0 < until - now().timestamp() <= MOST_SECONDS + SLACK_SECONDS else ""


def sign_order(public_key: str, order: str) -> str:
    """Return what says that a page thanks for an order, as the shop's server would write it."""
    return f"{order}.{_signature(customer_secret(public_key), f'order:{order}')}"


def signed_order(public_key: str, text: str) -> str:
    """Return the order that a page thanks for, "" where the signature does not hold."""
    parts = _SIGNED_ORDER.fullmatch(text)
    is_signed = parts is not None and hmac.compare_digest(sign_order(public_key, parts[1]).encode(), text.encode())
    return parts[1] if parts and is_signed else ""


def _signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
