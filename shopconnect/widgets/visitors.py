"""The names of visitors: made and signed by us, so that nobody chooses one that lands in an arm, or takes another's.

On a device stands "<id>-<signature>", in tables the id alone. An id is 32 hexadecimal digits: the day (UTC) it was made
on, a mark of the network that asked for it, and a keyed hash of the visit, so that a device that asks again before it
heard the answer is given the same name. The mark is a keyed hash that is another every day, of which so little is kept
that many networks share it: good for seeing that one network asks for very many, and for nothing else.
"""

import hmac
import re
from collections.abc import Iterable
from datetime import date

from shopconnect.core.clock import now
from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.tenancy.context import ShopId

MOST_A_DAY = 20  # new visitors of one network who count, and whom we name
_DAY_DIGITS, _MARK_DIGITS, _VISIT_DIGITS, _SIGNATURE_DIGITS = 4, 6, 22, 24
_ID = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(rf"([0-9a-f]{{32}})-([0-9a-f]{{{_SIGNATURE_DIGITS}}})")
_FIRST_DAY = date(1970, 1, 1)


def name_visitor(shop_id: ShopId, caller: str, visit: str) -> str:
    """Return the name of a visitor whose visit begins; `caller` is the keyed hash of the network that asks."""
    today = (now().date() - _FIRST_DAY).days
    mark = network_mark(shop_id, caller)
    of_visit = keyed_hash(f"visit:{shop_id}:{today}:{caller}:{visit}")[:_VISIT_DIGITS]
    return sign_visitor(shop_id, f"{today:0{_DAY_DIGITS}x}{mark}{of_visit}")


def network_mark(shop_id: ShopId, caller: str) -> str:
    """Return what stands today for a network at a shop: six digits, which many share and tomorrow are others."""
    return keyed_hash(f"network:{shop_id}:{now().date().isoformat()}:{caller}")[:_MARK_DIGITS]


def sign_visitor(shop_id: ShopId, visitor: str) -> str:
    """Return what a device keeps of a visitor's id."""
    return f"{visitor}-{_signature(shop_id, visitor)}"


def signed_visitor(shop_id: ShopId, text: str) -> str:
    """Return the id of whoever a device says its visitor is, "" where we did not sign that for this shop."""
    parts = _TOKEN.fullmatch(text)
    if parts is None:
        return ""
    is_signed = hmac.compare_digest(_signature(shop_id, parts[1]), parts[2])
    return parts[1] if is_signed else ""


def visitors_within_limits(visitors: Iterable[str]) -> set[str]:
    """Return the visitors that may count: of those whom one network brought on one day, MOST_A_DAY at most.

    Ids that others made (a folder that was loaded) say nothing of a network, and all count.
    """
    limit = VisitorLimit()
    return {visitor for visitor in sorted(set(visitors)) if limit.allows(visitor)}


class VisitorLimit:
    """The same, asked of one visitor after the other in the order of their names, each once: it keeps no list."""

    def __init__(self) -> None:
        self._source, self._brought = "", 0

    def allows(self, visitor: str) -> bool:
        """Say whether a visitor may count."""
        if not _ID.fullmatch(visitor):
            return True
        source = visitor[: _DAY_DIGITS + _MARK_DIGITS]
        self._source, self._brought = source, self._brought + 1 if source == self._source else 1
        return self._brought <= MOST_A_DAY


def _signature(shop_id: ShopId, visitor: str) -> str:
    key = keyed_hash(f"visitors:{shop_id}").encode()
    return hmac.digest(key, visitor.encode(), "sha256").hex()[:_SIGNATURE_DIGITS]
