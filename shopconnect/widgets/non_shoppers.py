"""Who is no shopper: robots and monitors by how they name themselves, staff and previews by what their page tells.

They are answered like anybody and count nowhere: in no arm, in nothing that is learnt. Staff whose browser opened the
merchant's link bring a mark that we signed, "s.<day it ends>.<signature>", under a number of the shop's that an owner
moves on to end every mark; what else a page says is believed to its own disadvantage only: it is out of every figure,
and uses the plan up like anybody.
"""

import hashlib
import hmac
import re
from functools import lru_cache

from crawleruseragents import is_crawler

from shopconnect.core.clock import now
from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.widgets.types import NonShopper

MARK_DAYS = 7  # each opening of the link begins them anew
_MARK = re.compile(r"s\.([0-9]{6,7})\.[0-9a-f]{24}")
MOST_AGENTS, LONGEST = 4096, 1000  # names that are remembered, and how much of one is read

# What the list of names does not know; a CUBOT is a telephone.
_ROBOT = re.compile(r"(?<!cu)bot\b|crawl|spider|slurp|pinger|synthetic|lighthouse|pagespeed|preview", re.IGNORECASE)


def find_non_shopper(agent: str, reason: str) -> NonShopper | None:
    """Return why a call is none of a shopper's, by its user agent and by what its page says; None for a shopper.

    A page may say that its visit is of staff or a preview; nothing it says makes a robot a person. A mark of staff that
    is signed is looked at by `is_signed_staff`.
    """
    if is_robot(agent[:LONGEST]):
        return NonShopper.ROBOT
    return next((one for one in (NonShopper.STAFF, NonShopper.PREVIEW) if one == reason), None)


def staff_mark(shop_id: ShopId, series: int) -> str:
    """Return the mark that the link for staff leaves on a browser; it holds for MARK_DAYS, as long as the series."""
    return _signed(shop_id, series, now().date().toordinal() + MARK_DAYS)


def is_signed_staff(shop_id: ShopId, series: int, reason: str) -> bool:
    """Say whether what a page says is a mark of staff that we signed for the shop, and that still holds."""
    parts = _MARK.fullmatch(reason)
    if parts is None:
        return False
    is_signed = hmac.compare_digest(_signed(shop_id, series, int(parts[1])), reason)
    return is_signed and now().date().toordinal() <= int(parts[1])


def _signed(shop_id: ShopId, series: int, until: int) -> str:
    key = keyed_hash(f"staff:{shop_id}:{series}").encode()
    return f"{NonShopper.STAFF}.{until}.{hmac.new(key, str(until).encode(), hashlib.sha256).hexdigest()[:24]}"


@lru_cache(maxsize=MOST_AGENTS)
def is_robot(agent: str) -> bool:
    """Say whether a user agent is a robot's or a monitor's; a quarter of a millisecond the first time."""
    return bool(_ROBOT.search(agent)) or bool(is_crawler(agent))
