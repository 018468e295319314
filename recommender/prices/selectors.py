"""Questions about price changes. All run in the scope of a shop."""

from collections.abc import Mapping
from dataclasses import replace

from recommender.prices.outbox_kind import read_decision
from recommender.prices.types import KIND, PriceChangeSummary, PriceDecision
from shopconnect.catalog.selectors import titles_by_external_id
from shopconnect.connectors.base import Ability
from shopconnect.connectors.registry import find_descriptor
from shopconnect.core.web.lists import Latest
from shopconnect.shops.types import InstallSummary
from shopconnect.sync.selectors import find_change, find_changes, list_changes
from shopconnect.sync.types import ChangeState, OutboxSummary

OPEN = (ChangeState.WAITING, ChangeState.DONE)


def list_price_changes(language: str = "") -> Latest[PriceChangeSummary]:
    """Return the latest price changes for the shop's platform, newest first, their products' titles in a language."""
    changes = list_changes(KIND)
    decisions = [read_decision(change.payload) for change in changes]
    titles = titles_by_external_id(language, {decision.product for decision in decisions})
    undos = find_changes(KIND, "undoes", [change.public_id for change in changes])
    undone = {undo.payload["undoes"] for undo in undos if undo.state in OPEN}
    summaries = [
        _summary(change, _translated(decision, titles), change.public_id in undone)
        for change, decision in zip(changes, decisions, strict=True)
    ]
    return Latest(summaries, changes.total)


def find_done_change(public_id: int) -> PriceDecision | None:
    """Return a price change that is done, or None."""
    found = find_change(KIND, public_id)
    return read_decision(found.payload) if found is not None and found.state == ChangeState.DONE else None


def list_undos(public_id: int) -> list[OutboxSummary]:
    """Return the changes that undo a change, or were to."""
    return find_changes(KIND, "undoes", [public_id])


def takes_price_changes(install: InstallSummary | None) -> bool:
    """Say whether an install is on a platform where prices can be changed from here."""
    return install is not None and Ability.PUSH_PRICE in find_descriptor(install.platform).abilities


def can_write_prices(install: InstallSummary | None) -> bool:
    """Say whether prices can be changed from here, and the platform lets us."""
    return install is not None and takes_price_changes(install) and not missing_scope(install)


def missing_scope(install: InstallSummary) -> str:
    """Return what a platform must still allow us before a price can be changed there, "" where nothing is missing."""
    scope = find_descriptor(install.platform).price_scope
    return "" if scope in install.scopes else scope


def _translated(decision: PriceDecision, titles: Mapping[str, tuple[str, str]]) -> PriceDecision:
    """Return a decision with its product's title in a language; the variant's stays, and so does one renamed since."""
    own, translated = titles.get(decision.product, ("", ""))
    is_same = decision.title == own or decision.title.startswith(f"{own} – ")
    return replace(decision, title=translated + decision.title.removeprefix(own)) if own and is_same else decision


def _summary(change: OutboxSummary, decision: PriceDecision, is_undone: bool) -> PriceChangeSummary:
    return PriceChangeSummary(
        public_id=change.public_id,
        title=decision.title,
        currency=decision.currency,
        before=decision.before,
        before_compare_at=decision.before_compare_at,
        price=decision.price,
        compare_at_price=decision.compare_at_price,
        state=change.state,
        blocker=change.blocker,
        refusal=change.refusal,
        asked_at=change.asked_at,
        finished_at=change.finished_at,
        is_undo=decision.undoes is not None,
        can_be_undone=change.state == ChangeState.DONE and not is_undone,
    )
