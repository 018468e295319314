"""Which arm of an experiment a page was in, for its cart to carry to the order: "<letter>.<day>.<signature>".

Whoever fills a cart may write on it what they like, so a letter is one that we signed, for the shop, of late.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime

from shopconnect.core.clock import now
from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.tenancy.context import ShopId

MOST_DAYS = 7  # that a cart may lie before it is ordered
_SIGNED = re.compile(r"([A-Za-z])\.([0-9]{6})\.[0-9a-f]{24}")


def sign_arm(shop_id: ShopId, letter: str) -> str:
    """Return what an order may carry of the arm that a page was in today (UTC), "" for no arm."""
    return _signed(shop_id, letter, now().date().toordinal()) if letter else ""


def find_arm(shop_id: ShopId, text: str, placed_at: datetime) -> str:
    """Return the letter that an order carries, "" where we did not sign it in the days before."""
    parts = _SIGNED.fullmatch(text)
    if parts is None:
        return ""
    letter, day = parts[1], int(parts[2])
    is_signed = hmac.compare_digest(_signed(shop_id, letter, day), text)
    return letter if is_signed and -1 <= placed_at.astimezone(UTC).date().toordinal() - day <= MOST_DAYS else ""


def _signed(shop_id: ShopId, letter: str, day: int) -> str:
    key = keyed_hash(f"arms:{shop_id}").encode()
    signature = hmac.new(key, f"{letter}.{day}".encode(), hashlib.sha256).hexdigest()[:24]
    return f"{letter}.{day}.{signature}"
