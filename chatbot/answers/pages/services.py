"""What the pages of answers read and set; each opens the shop's scope."""

from __future__ import annotations

from chatbot.answers.drafts import selectors
from chatbot.answers.drafts.changes import compare_versions
from chatbot.answers.drafts.texts import placeholders_in
from chatbot.answers.drafts.trials import find_trial
from chatbot.answers.facts.returns import ReturnTerms, return_terms, save_return_terms
from chatbot.answers.knowledge import is_served
from chatbot.answers.pages.types import AnswerPage, AnswersPage, VersionsPage
from chatbot.answers.selectors import find_exchange
from chatbot.answers.types import ExchangeSummary
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.words import query_words
from shopconnect.shops.selectors import shop_profile

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1


def read_answers(shop_id: ShopId, text: str, page: int, exchange_id: int) -> AnswersPage:
    """Return a page of the list, PAGE_SIZE entries at most, of those that have each word of a text."""
    start = (page - 1) * PAGE_SIZE
    with shop_scope(shop_id):
        found = selectors.list_answers(query_words(text))
        return AnswersPage(
            rows=tuple(found[start : start + PAGE_SIZE]),
            has_more=len(found) > start + PAGE_SIZE,
            drafts=selectors.count_drafts(),
            is_empty=not found and not text.strip(),
            exchange=_exchange(exchange_id),
        )


def read_answer(shop_id: ShopId, entry: str, exchange_id: int) -> AnswerPage:
    """Return an entry as the editor shows it, with the question that a shopper asked beside it."""
    with shop_scope(shop_id):
        edited = selectors.edited_answer(entry)
        spoken = selectors.languages_written()
        trial = find_trial(entry)
        exchange = _exchange(exchange_id)
        zone = shop_profile().timezone
    return AnswerPage(
        edited=edited,
        languages=tuple(one for one in LANGUAGES if one in spoken or one in edited.texts or one in edited.published),
        trial=trial,
        is_served=all(is_served(shop_id, language) for language in edited.published),
        placeholders=tuple(placeholders_in(edited.texts)),
        exchange=exchange,
        timezone=zone,
    )


def read_versions(shop_id: ShopId, entry: str) -> VersionsPage:
    """Return the versions of an entry."""
    with shop_scope(shop_id):
        return VersionsPage(
            edited=selectors.edited_answer(entry),
            versions=tuple(compare_versions(selectors.list_versions(entry))),
            timezone=shop_profile().timezone,
        )


def _exchange(public_id: int) -> ExchangeSummary | None:
    return find_exchange(public_id) if 0 < public_id <= LARGEST_ID else None


def read_return_terms(shop_id: ShopId) -> ReturnTerms:
    """Return how long shoppers may return things, and where they withdraw from a purchase."""
    with shop_scope(shop_id):
        return return_terms()


def change_return_terms(shop_id: ShopId, terms: ReturnTerms) -> None:
    """Set both."""
    with shop_scope(shop_id):
        save_return_terms(terms)
