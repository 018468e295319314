"""Proposals as they are stored, and read again. All run in the scope of a shop."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import F, QuerySet
from pydantic import TypeAdapter

from recommender.prices.models import PriceNight, PriceProposal, PriceSetting
from recommender.prices.proposals.types import (
    NightStatus,
    PriceNightSummary,
    PriceSettings,
    ProposalState,
    StoredProposal,
)
from recommender.prices.types import NoPriceProposal, NoProposalReason, PriceGoal, PriceTrialSummary, ProposedPrice
from shopconnect.catalog.selectors import titles_in
from shopconnect.orders.sales import has_sales

WAYS = {"up": "proposed_amount__gt", "down": "proposed_amount__lt"}
MOST_TITLES = 400  # products without a proposal whose titles are shown

_proposed = TypeAdapter(ProposedPrice)
_trials = TypeAdapter(PriceTrialSummary)


def write_proposed(found: ProposedPrice) -> dict[str, Any]:
    """Return what a proposal rests on as JSON can hold it."""
    written: dict[str, Any] = _proposed.dump_python(found, mode="json")
    return written


def read_proposed(details: Mapping[str, Any]) -> ProposedPrice:
    """Return what was written; raises ValueError for what is none."""
    return _proposed.validate_python(details)


def price_settings() -> PriceSettings:
    """Return what the merchant allows, or what is usual."""
    names = [name for name in asdict(PriceSettings()) if name != "is_chosen"]
    found = PriceSetting.objects.values(*names).first()
    if found is None:
        return PriceSettings()
    read = {"endings": tuple(found["endings"]), "goal": PriceGoal(found["goal"])}
    return PriceSettings(**{**found, **read}, is_chosen=True)


def find_night() -> PriceNightSummary | None:
    """Return what the last night came to, None before the first."""
    row = PriceNight.objects.defer("without").first()
    if row is None:
        return None
    trial = row.figures["trial"]
    return PriceNightSummary(
        made_at=row.made_at,
        weeks=row.figures["weeks"],
        trial=None if trial is None else _trials.validate_python(trial),
        counts=row.figures["counts"],
    )


def night_status(night: PriceNightSummary | None, settings: PriceSettings) -> NightStatus:
    """Return why there are proposals or none."""
    if settings.is_stopped:
        return NightStatus.STOPPED
    if night is None:
        return NightStatus.LEARNING if has_sales() else NightStatus.EMPTY
    if night.is_short or night.trial is None:
        return NightStatus.TOO_LITTLE
    return NightStatus.READY if night.trial.is_passed else NightStatus.NOT_SURE


def products_without(reason: str, language: str) -> list[NoPriceProposal]:
    """Return products that have no proposal for a reason, titled in a language, the first of them."""
    without: dict[str, list[list[Any]]] = PriceNight.objects.values_list("without", flat=True).first() or {}
    rows = without.get(reason, [])[:MOST_TITLES]
    titles = titles_in(language, [row[0] for row in rows])
    return [
        NoPriceProposal(
            product_id=product_id,
            product_public_id=int(public_id),
            title=titles.get(product_id, title),
            reason=NoProposalReason(reason),
            weeks=weeks,
            prices=prices,
        )
        for product_id, public_id, title, weeks, prices in rows
    ]


def proposals_in(states: Iterable[ProposalState], way: str = "") -> QuerySet[PriceProposal]:
    """Return the proposals of some states, of one way ("up" or "down") if asked, those that bring most first.

    While the merchant has stopped everything none is open; what was proposed before is there again afterwards.
    """
    shown = set(states) - ({ProposalState.PROPOSED} if price_settings().is_stopped else set())
    rows: QuerySet[PriceProposal] = PriceProposal.objects.filter(state__in=shown)
    if way in WAYS:
        rows = rows.filter(**{WAYS[way]: F("price_amount")})
    return rows.order_by("-low_gain_amount", "id")


def summaries(rows: Iterable[PriceProposal], language: str = "") -> list[StoredProposal]:
    """Return proposals with their products' titles in a language."""
    found = list(rows)
    titles = titles_in(language, [row.product_id for row in found]) if language else {}
    return [_summary(row, titles) for row in found]


def _summary(row: PriceProposal, titles: Mapping[int, str]) -> StoredProposal:
    found = read_proposed(row.details)
    return StoredProposal(
        id=row.pk,
        public_id=row.public_id,
        title=titles.get(row.product_id, found.title),
        state=ProposalState(row.state),
        found=found,
        model_version=row.model_version,
        made_at=row.made_at,
        decided_at=row.decided_at,
        due_at=row.due_at,
        asked_at=row.asked_at,
        written_at=row.written_at,
        ended_at=row.ended_at,
    )
