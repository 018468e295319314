"""Answers that came from elsewhere: shown first, and written into drafts once a merchant has chosen among them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from django.utils.translation import gettext as _

from chatbot.answers.drafts.selectors import all_texts, languages_written
from chatbot.answers.drafts.services import save_draft
from chatbot.answers.drafts.texts import PLACEHOLDER, as_json, etag_of, placeholders_in, read_texts, refuse_unstorable
from chatbot.answers.drafts.types import Proposal, Texts
from chatbot.answers.types import EntrySummary
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.words import fold

MOST_PROPOSED = 300  # of one file or page


def propose(shop_id: ShopId, found: Iterable[EntrySummary]) -> list[Proposal]:
    """Return entries as they would be written, each with all its languages; nothing is stored. Opens the scope.

    One whose question the FAQ asks already goes to that entry, and its other languages with it: where the entry is
    written in one of them too, its words stay. Only the languages of the shop are taken.
    """
    with shop_scope(shop_id):
        spoken = languages_written()
        published, drafts = all_texts()
    before = {**published, **drafts}
    asked = {(language, fold(one.question)): entry for entry in before for language, one in before[entry].items()}
    given = [(one, asked.get((one.language, fold(one.question)))) for one in found if one.language in spoken]
    siblings = {one.external_id: entry for one, entry in given if entry}
    texts: dict[str, dict[str, EntrySummary]] = {}
    for one, known in given:
        entry = known or siblings.get(one.external_id, one.external_id)
        own = texts.setdefault(entry, {})
        if known or entry == one.external_id or one.language not in before[entry]:
            own[one.language] = replace(one, external_id=entry)
    return [_proposal(entry, before.get(entry, {}), own) for entry, own in islice(texts.items(), MOST_PROPOSED)]


def take(shop_id: ShopId, user_id: int, chosen: Sequence[str]) -> tuple[int, int]:
    """Write chosen proposals, as JSON of `written`, into drafts; returns how many are written, and how many are not,
    for somebody changed them meanwhile. Opens scopes. Raises Refusal(bad_answer) for what is no proposal."""
    proposals = [_read(one) for one in chosen[:MOST_PROPOSED]]
    left = 0
    for one in proposals:
        try:
            save_draft(shop_id, user_id, one.entry, one.texts, one.etag)
        except Refusal as refusal:
            if refusal.code != "draft_changed":
                raise
            left += 1
    return len(proposals) - left, left


def written(proposal: Proposal) -> str:
    """Return a proposal as a form carries it."""
    return json.dumps({"entry": proposal.entry, "etag": proposal.etag, "texts": as_json(proposal.texts)})


def placeholders(shop_id: ShopId) -> dict[str, dict[str, list[str]]]:
    """Return by language what the drafts leave to be filled in, each with the questions it is left in; the most
    frequent first. Opens a scope."""
    with shop_scope(shop_id):
        _, drafts = all_texts()
    left: dict[str, dict[str, list[str]]] = {}
    for texts in drafts.values():
        for language, one in texts.items():
            for name in placeholders_in({language: one}):
                left.setdefault(language, {}).setdefault(name, []).append(one.question)
    return {
        language: dict(sorted(names.items(), key=lambda pair: -len(pair[1])))
        for language, names in sorted(left.items())
    }


def fill_placeholders(shop_id: ShopId, user_id: int, values: Mapping[str, Mapping[str, str]]) -> int:
    """Put texts in the place of placeholders in every draft, by language; returns how many drafts changed.

    Opens scopes. An empty text fills nothing.
    """
    with shop_scope(shop_id):
        _, drafts = all_texts()
    changed = 0
    for entry, before in drafts.items():
        after = {language: _filled(one, values.get(language, {})) for language, one in before.items()}
        if after != before:
            save_draft(shop_id, user_id, entry, after, etag_of(before))
            changed += 1
    return changed


def _filled(one: EntrySummary, values: Mapping[str, str]) -> EntrySummary:
    def fill(text: str) -> str:
        return PLACEHOLDER.sub(lambda found: values.get(found.group()) or found.group(), text)

    return replace(one, question=fill(one.question), answer=fill(one.answer), phrases=tuple(map(fill, one.phrases)))


def _proposal(entry: str, before: Texts, own: Texts) -> Proposal:
    return Proposal(entry=entry, texts={**before, **own}, etag=etag_of(before), is_known=bool(before))


def _read(sent: str) -> Proposal:
    try:
        given = json.loads(sent)
        texts = read_texts(str(given["entry"]), given["texts"])
        refuse_unstorable(texts)
        return Proposal(entry=str(given["entry"]), texts=texts, etag=str(given["etag"]), is_known=False)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal("bad_answer", _("Choose the answers again."), 400) from error
