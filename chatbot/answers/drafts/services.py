"""An entry of the FAQ: written in a draft, published as a version, undone by a version equal to an older one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chatbot.answers.drafts.selectors import last_number, published_texts
from chatbot.answers.drafts.texts import (
    as_json,
    etag_of,
    is_ready,
    question_of,
    read_texts,
    refuse_unfit,
    refuse_unstorable,
    written_texts,
)
from chatbot.answers.drafts.types import Texts
from chatbot.answers.faq import remove_entries, store_entries
from chatbot.answers.models import AnswerVersion, Entry
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note

DRAFT = 0  # the number of what is not published


def save_draft(shop_id: ShopId, user_id: int, entry: str, texts: Texts, expected_etag: str) -> str:
    """Write the draft of an entry in the place of what stood there, and return its etag. Opens the scope.

    A draft that equals what is published is none. Raises Refusal(draft_changed) where something else stands there by
    now than what `expected_etag` names, and bad_answer for what cannot be stored; what was sent twice is stored once.
    """
    texts = written_texts(texts)
    with shop_scope(shop_id):
        row = _lock_draft(user_id, entry)
        before = read_texts(entry, row.texts)
        if etag_of(before) not in (expected_etag, etag_of(texts)):
            raise _changed()
        _write_draft(row, user_id, texts)
    return etag_of(texts)


def drop_draft(shop_id: ShopId, entry: str) -> None:
    """Discard the draft of an entry; what is published stays. Opens the scope."""
    with shop_scope(shop_id):
        AnswerVersion.objects.filter(entry=entry, number=DRAFT).delete()


def publish_draft(shop_id: ShopId, user_id: int, entry: str, expected_etag: str) -> int:
    """Publish the draft that `expected_etag` names as the next version; without a draft (a second click) nothing
    changes. Returns the number of the version that holds. Opens the scope.

    Raises Refusal: bad_answer with what to do, draft_changed where the draft is another by now.
    """
    with shop_scope(shop_id):
        draft = AnswerVersion.objects.select_for_update().filter(entry=entry, number=DRAFT).first()
        if draft is None:
            return last_number(entry)
        texts = read_texts(entry, draft.texts)
        if etag_of(texts) != expected_etag:
            raise _changed()
        refuse_unfit(texts)
        draft.delete()
        return _publish(user_id, entry, texts)


def publish_ready(shop_id: ShopId, user_id: int) -> tuple[int, int]:
    """Publish every draft that nothing stands in the way of; returns how many went and how many stay. Opens scopes."""
    with shop_scope(shop_id):
        drafts = list(AnswerVersion.objects.filter(number=DRAFT).order_by("entry"))
    ready = [one for one in drafts if is_ready(read_texts(one.entry, one.texts))]
    for one in ready:
        publish_draft(shop_id, user_id, one.entry, etag_of(read_texts(one.entry, one.texts)))
    return len(ready), len(drafts) - len(ready)


def undo_to(shop_id: ShopId, user_id: int, entry: str, number: int) -> None:
    """Publish a new version that is equal to an older one; where that holds already, nothing changes. Opens the scope.

    0 is how it was before any: no shopper is answered with the entry, and what was published is a draft again. Raises
    Missing for a version that never was.
    """
    with shop_scope(shop_id):
        older = AnswerVersion.objects.filter(entry=entry, number=number).exclude(number=DRAFT).first()
        if older is None and number != DRAFT:
            raise Missing(_("This version doesn’t exist."))
        texts = read_texts(entry, older.texts) if older else {}
        before = published_texts(entry)
        if as_json(before) != as_json(texts):
            _publish(user_id, entry, texts, undoes=number)
            if not texts:
                AnswerVersion.objects.get_or_create(
                    entry=entry, number=DRAFT, defaults={"texts": as_json(before), "by_id": user_id, "at": now()}
                )


def _lock_draft(user_id: int, entry: str) -> AnswerVersion:
    """Return the draft, which begins as a copy of what is published; others who write it wait for this scope."""
    begun = {"texts": as_json(published_texts(entry)), "by_id": user_id, "at": now()}
    AnswerVersion.objects.get_or_create(entry=entry, number=DRAFT, defaults=begun)
    row: AnswerVersion = AnswerVersion.objects.select_for_update().get(entry=entry, number=DRAFT)
    return row


def _write_draft(row: AnswerVersion, user_id: int, texts: Texts) -> None:
    refuse_unstorable(texts)
    if as_json(texts) == as_json(published_texts(row.entry)):
        row.delete()
        return
    if row.texts != as_json(texts):
        row.texts, row.by_id, row.at = as_json(texts), user_id, now()
        row.save()


def _publish(user_id: int, entry: str, texts: Texts, undoes: int | None = None) -> int:
    """Have shoppers answered with these texts; what a program or a file wrote before is kept as a version too."""
    rows = list(Entry.objects.select_for_update().filter(external_id=entry))
    before = published_texts(entry)
    last = AnswerVersion.objects.filter(entry=entry).exclude(number=DRAFT).order_by("-number").first()
    number = last.number if last else 0
    if rows and (last is None or last.texts != as_json(before)):
        number += 1
        written_at = max(row.changed_at for row in rows)
        AnswerVersion.objects.create(entry=entry, number=number, texts=as_json(before), at=written_at)
    AnswerVersion.objects.create(
        entry=entry, number=number + 1, texts=as_json(texts), by_id=user_id, at=now(), undoes=undoes
    )
    store_entries(list(texts.values()))
    remove_entries(entry, [language for language in before if language not in texts])
    action = "published_answer" if texts else "unpublished_answer"
    note(user_id, action, question_of(texts or before, "en")[:200])
    return number + 1


def _changed() -> Refusal:
    return Refusal("draft_changed", _("Someone else changed this answer in the meantime. Your text is below."))
