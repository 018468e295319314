"""What a page says and a signature makes true.

- Who is signed in, as the shop's own server says: "<customer id>.<until>.<signature>". `until` is in seconds since
  1970, a day ahead at most. The signature is HMAC-SHA-256, in hexadecimal digits, of what stands before the last dot,
  under a secret that only the shop's server and we know; so nobody is taken for another.
- Which order a page thanks for, likewise: "<order id>.<signature>", of "order:<order id>".
- Which arm a page was in, as we said: "<letter>.<day>.<signature>", for the cart to carry to the order.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime

from shopconnect.core.clock import now
from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.tenancy.context import ShopId

MOST_SECONDS, SLACK_SECONDS = 86_400, 300
ARM_DAYS = 7  # that a cart may lie before it is ordered
_SIGNED = re.compile(r"(.{1,255})\.([0-9]{1,12})\.[0-9a-f]{64}")
_SIGNED_ORDER = re.compile(r"(.{1,255})\.[0-9a-f]{64}")
_SIGNED_ARM = re.compile(r"([A-Za-z])\.([0-9]{6})\.[0-9a-f]{24}")


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


def sign_arm(shop_id: ShopId, letter: str) -> str:
    """Return what an order may carry of the arm that a page was in today (UTC), "" for no arm."""
    return _signed_arm(shop_id, letter, now().date().toordinal()) if letter else ""


def find_arm(shop_id: ShopId, text: str, placed_at: datetime) -> str:
    """Return the letter that an order carries, "" where we did not sign it in the days before."""
    parts = _SIGNED_ARM.fullmatch(text)
    if parts is None:
        return ""
    letter, day = parts[1], int(parts[2])
    is_signed = hmac.compare_digest(_signed_arm(shop_id, letter, day), text)
    return letter if is_signed and -1 <= placed_at.astimezone(UTC).date().toordinal() - day <= ARM_DAYS else ""


def _signed_arm(shop_id: ShopId, letter: str, day: int) -> str:
    signed = f"{letter}.{day}"
    return f"{signed}.{_signature(keyed_hash(f'arms:{shop_id}'), signed)[:24]}"


def _signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
