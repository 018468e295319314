"""Platforms that do not take the credentials of our app itself: operators are told, since no merchant can mend that.

Kept in the cache, since it is news of the day: what waits for it stands in the rows of the work.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from shopconnect.connectors.types import AppRefused
from shopconnect.core.clock import now
from shopconnect.core.observability.log import get_logger

log = get_logger(__name__)

AGAIN_SECONDS, LISTED_SECONDS, MOST_LISTED = 600, 86_400, 20
_LIST = "app_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRefusal:
    """A shop for which its platform did not take our app, and when it last said so."""

    platform: str
    external_id: str
    at: datetime


def refuse_again(platform: str, external_id: str) -> None:
    """Raise AppRefused where the platform did so within some minutes: asking again so soon changes nothing."""
    status = cache.get(_key(platform, external_id))
    if status is not None:
        raise AppRefused(platform, status, permanent=False, retry_after=AGAIN_SECONDS, detail="asked a while ago")


def note_refusal(platform: str, external_id: str, error: AppRefused) -> None:
    """Tell operators, in the log and on their page, and ask no more for some minutes."""
    log.error("app_refused", platform=platform, shop=external_id, status=error.status, detail=error.detail)
    cache.set(_key(platform, external_id), error.status, AGAIN_SECONDS)
    others = [one for one in list_refusals() if (one.platform, one.external_id) != (platform, external_id)]
    refusals = [AppRefusal(platform=platform, external_id=external_id, at=now()), *others]
    cache.set(_LIST, refusals[:MOST_LISTED], LISTED_SECONDS)


def forget_refusal(platform: str, external_id: str) -> None:
    """Be silent about a shop again, whose platform takes our app."""
    refusals = list_refusals()
    left = [one for one in refusals if (one.platform, one.external_id) != (platform, external_id)]
    if len(left) < len(refusals):
        cache.set(_LIST, left, LISTED_SECONDS)


def list_refusals() -> list[AppRefusal]:
    """Return the shops for which our app was refused within a day, newest first."""
    refusals: list[AppRefusal] = cache.get(_LIST) or []
    return refusals


def _key(platform: str, external_id: str) -> str:
    return f"app_refused:{platform}:{external_id}"
