"""What the console reads; each opens the shop's scope once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chatbot.answers.engine.figures import share_interval
from chatbot.answers.photos.services import photo_in, photo_sizes
from chatbot.answers.photos.types import Picture
from chatbot.answers.selectors import count_entries
from chatbot.answers.staff.carts import cart_of
from chatbot.answers.thresholds import calibration_in_scope
from chatbot.answers.transcripts.selectors import find_conversation, list_exchanges, signed_in_as
from chatbot.answers.transcripts.types import LogFilter
from chatbot.answers.types import READ_BY_PROGRAM, Calibration, MessageKind, ThresholdFigures
from chatbot.console.types import ConfidencePage, LogPage, LogQuery, ThresholdRow, Transcript
from shopconnect.accounts.selectors import names_of_people
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.browsing import find_account
from shopconnect.shops.audit import entries_on, note_daily
from shopconnect.shops.selectors import shop_profile

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1
MOST_READERS = 50
ORDERS_BESIDE = 5
READ_CONVERSATION = "read_conversation"


def read_log(shop_id: ShopId, query: LogQuery) -> LogPage:
    """Return one page of what shoppers asked and were told, at most PAGE_SIZE exchanges, newest first."""
    with shop_scope(shop_id):
        zone = shop_profile().timezone
        chosen = LogFilter(
            outcome=query.outcome,
            language=query.language,
            text=query.text,
            since=_start_of(query.first_day, zone),
            until=_start_of(query.last_day + timedelta(days=1) if query.last_day else None, zone),
        )
        found, has_more = list_exchanges(chosen, (query.page - 1) * PAGE_SIZE, PAGE_SIZE)
        return LogPage(exchanges=tuple(found), has_more=has_more, timezone=zone, entries=count_entries())


def read_conversation(shop_id: ShopId, user_id: int, public_id: int) -> Transcript:
    """Return a conversation of the shop with all that was said and its shopper's orders, and note who read it.

    Raises Missing for none.
    """
    with shop_scope(shop_id):
        found = find_conversation(public_id) if public_id <= LARGEST_ID else None
        if found is None:
            raise Missing(_("This conversation no longer exists."))
        note_daily(user_id, READ_CONVERSATION, found.conversation)
        readers = entries_on(READ_CONVERSATION, found.conversation, found.started_at, MOST_READERS)
        programs = entries_on(READ_BY_PROGRAM, None, found.started_at, MOST_READERS)
        zone, customer = shop_profile().timezone, signed_in_as(public_id)
        has_photos = any(one.way == MessageKind.PHOTO for one in found.messages)
        photos = photo_sizes(public_id) if has_photos else {}
        cart = cart_of(public_id, get_language() or "")
    names = names_of_people(one.actor_id for one in readers if one.actor_id)
    return Transcript(
        conversation=found,
        timezone=zone,
        readers=tuple((names.get(one.actor_id or 0, _("Someone")), one.at) for one in readers),
        programs=tuple((one.subject, one.at) for one in programs),
        shopper=find_account(shop_id, customer, ORDERS_BESIDE) if customer else None,
        photos=photos,
        cart=cart,
    )


def read_photo(shop_id: ShopId, user_id: int, public_id: int, message: int) -> Picture:
    """Return a photo of a conversation of the shop, and note who read there. Raises Missing for none."""
    with shop_scope(shop_id):
        found = photo_in(min(public_id, LARGEST_ID), str(message))
        note_daily(user_id, READ_CONVERSATION, str(public_id))
        return found


def read_confidence(shop_id: ShopId) -> ConfidencePage:
    """Return how often answers are right from each confidence on, and from which the assistant answers."""
    with shop_scope(shop_id):
        known, zone = calibration_in_scope(), shop_profile().timezone
        has_faq, is_asked = any(count_entries().values()), bool(list_exchanges(LogFilter(), 0, 1)[0])
    names = names_of_people([known.chosen_by]) if known.chosen_by else {}
    return ConfidencePage(
        calibration=known,
        rows=tuple(_row(known, one) for one in known.figures),
        has_faq=has_faq,
        is_asked=is_asked,
        chosen_by=names.get(known.chosen_by, "") if known.chosen_by else "",
        timezone=zone,
    )


def _row(known: Calibration, figures: ThresholdFigures) -> ThresholdRow:
    return ThresholdRow(
        threshold=figures.threshold,
        answered=figures.answered / max(known.labels, 1),
        right=figures.right / figures.answered if figures.answered else None,
        right_between=share_interval(figures.right, figures.answered),
        is_chosen=figures.threshold == known.answer_from,
        is_allowed=figures.threshold >= known.lowest,
    )


def _start_of(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time.min, ZoneInfo(zone)) if day else None
