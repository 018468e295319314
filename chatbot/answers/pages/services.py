"""What the pages of answers read and set; each opens the shop's scope."""

from __future__ import annotations

from contextlib import suppress

from chatbot.answers.composition.phrases import suggested_phrases
from chatbot.answers.composition.services import composition_in_scope
from chatbot.answers.drafts import selectors
from chatbot.answers.drafts.changes import compare_versions
from chatbot.answers.drafts.texts import placeholders_in
from chatbot.answers.drafts.trials import find_trial
from chatbot.answers.facts.contact import contact_details, save_contact_details
from chatbot.answers.facts.hours import opening_hours, save_opening_hours
from chatbot.answers.facts.returns import return_terms, save_return_terms
from chatbot.answers.facts.shipping import save_shipping_options, shipping_options
from chatbot.answers.knowledge import is_served
from chatbot.answers.pages.types import AnswerPage, AnswersPage, DetailsPage, PlatformPages, ShopDetails, VersionsPage
from chatbot.answers.transcripts.selectors import find_exchange
from chatbot.answers.transcripts.types import ExchangeSummary
from shopconnect.connectors.base import Ability
from shopconnect.connectors.registry import find_descriptor
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.words import query_words
from shopconnect.shops.installs import connection_of, distrust_tokens, find_install
from shopconnect.shops.selectors import shop_profile
from shopconnect.shops.types import NotConnected

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
        status = composition_in_scope()
        composition = status if status and status.is_allowed else None
        suggested = suggested_phrases(entry, edited.texts) if composition else {}
    return AnswerPage(
        edited=edited,
        languages=tuple(one for one in LANGUAGES if one in spoken or one in edited.texts or one in edited.published),
        trial=trial,
        is_served=all(is_served(shop_id, language) for language in edited.published),
        placeholders=tuple(placeholders_in(edited.texts)),
        exchange=exchange,
        timezone=zone,
        composition=composition,
        suggested=suggested,
    )


def read_versions(shop_id: ShopId, entry: str) -> VersionsPage:
    """Return the versions of an entry."""
    with shop_scope(shop_id):
        return VersionsPage(
            edited=selectors.edited_answer(entry),
            versions=tuple(compare_versions(selectors.list_versions(entry))),
            timezone=shop_profile().timezone,
        )


def read_platform_pages(shop_id: ShopId) -> PlatformPages | None:
    """Return what may be read of the pages that the shop has on its platform; None where there is nothing to read."""
    with shop_scope(shop_id):
        install = find_install()
    descriptor = find_descriptor(install.platform) if install else None
    if install is None or descriptor is None or Ability.PAGES not in descriptor.abilities:
        return None
    missing = " ".join(one for one in descriptor.page_scopes if one not in install.scopes)
    return PlatformPages(label=descriptor.label, missing_scopes=missing)


def take_new_scopes(shop_id: ShopId) -> None:
    """Ask the platform for tokens that allow what the merchant has just granted; where it is away, the page asks on."""
    distrust_tokens(shop_id)
    with suppress(ConnectorError, NotConnected):
        connection_of(shop_id)


def _exchange(public_id: int) -> ExchangeSummary | None:
    return find_exchange(public_id) if 0 < public_id <= LARGEST_ID else None


def read_details(shop_id: ShopId) -> DetailsPage:
    """Return what the shop says of itself."""
    with shop_scope(shop_id):
        profile = shop_profile()
        details = ShopDetails(
            hours=opening_hours(), shipping=shipping_options(), returns=return_terms(), contact=contact_details()
        )
        languages = selectors.languages_written()
    return DetailsPage(details=details, languages=languages, currency=profile.currency, timezone=profile.timezone)


def change_details(shop_id: ShopId, details: ShopDetails) -> None:
    """Set all of it."""
    with shop_scope(shop_id):
        save_opening_hours(details.hours)
        save_shipping_options(details.shipping)
        save_return_terms(details.returns)
        save_contact_details(details.contact)
