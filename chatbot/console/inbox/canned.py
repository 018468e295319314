"""Replies that staff write once and send often, each found by its shortcut; one text a language. Each opens a scope."""

from __future__ import annotations

import re

from django.db import IntegrityError
from django.utils.translation import gettext as _

from chatbot.answers.staff.services import LONGEST_STAFF_MESSAGE
from chatbot.console.inbox.types import CannedSummary
from chatbot.console.models import CannedReply
from shopconnect.accounts.selectors import first_names_of
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile

MOST_CANNED = 200
_SHORTCUT = re.compile(r"[\w-]{1,30}")
_PLACE = re.compile(r"\{(?:agent|reference|shop)\}")


def list_canned(shop_id: ShopId, language: str = "") -> list[CannedSummary]:
    """Return the saved replies of one language, or of all, by shortcut."""
    with shop_scope(shop_id):
        rows = CannedReply.objects.order_by("shortcut", "language")
        return [_summary(row) for row in (rows.filter(language=language) if language else rows)]


def filled_replies(shop_id: ShopId, user_id: int, language: str, reference: str) -> list[tuple[str, str]]:
    """Return the saved replies of a language by shortcut, with what a member of staff writes for each place in them.

    A place that nothing is known for stays empty. Nobody knows what a shopper is called.
    """
    with shop_scope(shop_id):
        shop = shop_profile().name
    known = {"{agent}": first_names_of([user_id]).get(user_id, ""), "{reference}": reference, "{shop}": shop}
    return [
        (one.shortcut, _PLACE.sub(lambda place: known[place[0]], one.text)) for one in list_canned(shop_id, language)
    ]


def save_canned(shop_id: ShopId, reply: CannedSummary) -> None:
    """Add a saved reply, or change the one that it names.

    Raises Missing where that is gone, and Refusal for a shortcut or a text that cannot be, and for a shortcut in use.
    """
    shortcut = reply.shortcut.strip().removeprefix("/").lower()
    text = reply.text.replace("\0", "").replace("\r\n", "\n").strip()
    if not _SHORTCUT.fullmatch(shortcut):
        raise Refusal("shortcut", _("A shortcut is 1 to 30 letters, digits or hyphens, without spaces."), 400)
    if reply.language not in LANGUAGES:
        raise Refusal("unclear", _("Choose a language."), 400)
    if not 0 < len(text) <= LONGEST_STAFF_MESSAGE:
        raise Refusal("text", _("Write a reply of up to 4,000 characters."), 400)
    try:
        with shop_scope(shop_id):
            row = _row(reply.reply)
            row.shortcut, row.language, row.text = shortcut, reply.language, text
            row.save()
    except IntegrityError as error:
        in_use = _("Another saved reply in this language has the shortcut /%(shortcut)s.") % {"shortcut": shortcut}
        raise Refusal("shortcut", in_use, 409) from error


def delete_canned(shop_id: ShopId, public_id: int) -> None:
    """Delete a saved reply; one that is gone stays so."""
    with shop_scope(shop_id):
        CannedReply.objects.filter(public_id=public_id).delete()


def _row(reply: str) -> CannedReply:
    if reply:
        found: CannedReply | None = CannedReply.objects.filter(public_id=int(reply)).first()
        if found is None:
            raise Missing(_("This saved reply no longer exists."))
        return found
    if CannedReply.objects.count() >= MOST_CANNED:
        raise Refusal("too_many", _("You have 200 saved replies. Delete one before you add another."), 409)
    return CannedReply()


def _summary(row: CannedReply) -> CannedSummary:
    return CannedSummary(reply=str(row.public_id), language=row.language, shortcut=row.shortcut, text=row.text)
