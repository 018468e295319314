"""Conversations in which nothing is new: pages that look again are told so by Redis, and no database is asked.

Whoever replies in a conversation changes what stands under its first key, once the transaction is through; what its
shopper writes is known to their page, and comes to another one with the reply. A page that found nothing new has that
noted under a second key, with what stood under the first before it looked. While Redis is away, or has forgotten, the
database is asked; a change that it was not told of shows QUIET_SECONDS later at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from chatbot.answers.models import Conversation
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.redis import RedisError, quick_client, shop_key
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import random_token, token_hash
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import after_commit

log = get_logger(__name__)

QUIET_SECONDS = 120
breaker = Breaker()


@dataclass(frozen=True, slots=True)
class QuietLook:
    """A page's look at a conversation after a message: what it changed by last, and whether nothing is new since."""

    key: str
    seen: bytes
    is_quiet: bool


def note_change(conversation: Conversation) -> None:
    """Have pages look for what is new in a conversation of the shop in scope, once its transaction is through."""
    shop_id, token = current_shop(), conversation.token_hash
    after_commit(lambda: _change(shop_id, token))


def look_at(shop_id: ShopId, token: str, customer: str, after: str) -> QuietLook | None:
    """Return what is known of a conversation by its token, before the database is asked; None while Redis is away.

    What was said to one who is signed in is quiet for them alone.
    """
    if breaker.is_open:
        return None
    hashed = token_hash(token)
    key = shop_key(shop_id, "quiet", token_hash(f"{hashed} {customer} {after}"))
    try:
        changed, quiet = cast("list[bytes | None]", quick_client().mget(_changed_key(shop_id, hashed), key))
    except (RedisError, OSError) as error:
        _note_away(shop_id, error)
        return None
    return QuietLook(key, changed or b"-", quiet == (changed or b"-"))


def keep_quiet(shop_id: ShopId, look: QuietLook, seconds: float) -> None:
    """Note that a look found nothing new; the next one of so many seconds asks no database unless something changes."""
    if seconds < 1:
        return
    try:
        quick_client().set(look.key, look.seen, ex=int(min(seconds, QUIET_SECONDS)))
    except (RedisError, OSError) as error:
        _note_away(shop_id, error)


def _change(shop_id: ShopId, token: str) -> None:
    if breaker.is_open:
        return
    try:
        # Kept for longer than any look at what was there before.
        quick_client().set(_changed_key(shop_id, token), random_token(8), ex=2 * QUIET_SECONDS)
    except (RedisError, OSError) as error:
        _note_away(shop_id, error)


def _changed_key(shop_id: ShopId, token: str) -> str:
    return shop_key(shop_id, "changed", token)


def _note_away(shop_id: ShopId, error: Exception) -> None:
    breaker.trip()
    log.warning("quiet_not_known", shop_id=shop_id, error=type(error).__name__)
