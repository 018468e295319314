"""Verbs of whoever decides on prices: approve, reject, take back, set the rules, stop everything; and their pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from recommender.prices.models import PriceProposal, PriceSetting
from recommender.prices.proposals.stored import (
    find_night,
    night_status,
    price_settings,
    products_without,
    proposals_in,
    summaries,
)
from recommender.prices.proposals.types import PriceSettings, ProposalPage, ProposalState, StoredProposal
from recommender.prices.proposals.watching import roll_back
from recommender.prices.proposals.writing import NO_SUBJECT, WRITE_KIND, keys_of
from recommender.prices.selectors import can_write_prices
from recommender.prices.services import refuse_clearing_without_date
from recommender.prices.testing.turning import end_running_tests
from recommender.prices.types import KIND, NoPriceProposal, PriceGoal
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note
from shopconnect.shops.installs import find_install
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync.outbox import withdraw_asked

SHOWN, AT_ONCE = 100, 500


def proposal_page(shop_id: ShopId, states: Iterable[ProposalState], language: str, way: str = "") -> ProposalPage:
    """Return proposals of some states, only rises or falls if asked, and where the shop stands."""
    with shop_scope(shop_id):
        install, profile, settings, night = find_install(), shop_profile(), price_settings(), find_night()
        rows = proposals_in(states, way)
        return ProposalPage(
            status=night_status(night, settings),
            night=night,
            settings=settings,
            proposals=tuple(summaries(rows[:SHOWN], language)),
            total=rows.count(),
            can_write=can_write_prices(install),
            zone=profile.timezone,
            currency=profile.currency,
        )


def find_proposal(shop_id: ShopId, public_id: int, language: str) -> StoredProposal:
    """Return a proposal; raises Missing where the shop has none such."""
    with shop_scope(shop_id):
        rows = PriceProposal.objects.filter(public_id=public_id)
        found = summaries(rows[:1], language)
    if not found:
        raise Missing(_("This proposal no longer exists."))
    return found[0]


def list_proposals(
    shop_id: ShopId, states: Iterable[ProposalState], after_id: int, limit: int, language: str
) -> list[StoredProposal]:
    """Return a page of proposals of some states by id."""
    with shop_scope(shop_id):
        return summaries(proposals_in(states).filter(id__gt=after_id).order_by("id")[:limit], language)


def iter_proposals(shop_id: ShopId, states: Iterable[ProposalState], language: str) -> Iterator[StoredProposal]:
    """Yield all proposals of some states, those that bring most first; a scope is open for a batch at a time."""
    with shop_scope(shop_id):
        ids = list(proposals_in(states).values_list("id", flat=True))
    for first in range(0, len(ids), AT_ONCE):
        with shop_scope(shop_id):
            rows = PriceProposal.objects.in_bulk(ids[first : first + AT_ONCE])
            found = summaries([rows[one] for one in ids[first : first + AT_ONCE] if one in rows], language)
        yield from found


def list_without(shop_id: ShopId, reason: str, language: str) -> list[NoPriceProposal]:
    """Return products that have no proposal for a reason."""
    with shop_scope(shop_id):
        return products_without(reason, language)


def approve(shop_id: ShopId, user_id: int, public_ids: Sequence[int], due_at: datetime | None = None) -> int:
    """Have proposals written, now or at a time; returns how many were still open.

    Raises Refusal: stopped, cannot_write, decided.
    """
    with shop_scope(shop_id):
        refuse_unless_writable()
        rows = _locked(public_ids)
        state = ProposalState.SCHEDULED if due_at is not None and due_at > now() else ProposalState.APPROVED
        _decide(rows, user_id, state, due_at or now())
        note(user_id, "approved_prices", str(len(rows)))
        add_due(WRITE_KIND, NO_SUBJECT)
        return len(rows)


def reject(shop_id: ShopId, user_id: int, public_ids: Sequence[int]) -> int:
    """Let proposals go; their products are left alone for four weeks. Raises Refusal(decided)."""
    with shop_scope(shop_id):
        rows = _locked(public_ids)
        _decide(rows, user_id, ProposalState.REJECTED, None)
        PriceProposal.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=now())
        note(user_id, "rejected_prices", str(len(rows)))
        return len(rows)


def take_back(shop_id: ShopId, user_id: int, public_id: int) -> None:
    """Undo what was decided: what was not sent is proposed again, what was written is rolled back.

    Raises Missing, and Refusal: decided, change_waits.
    """
    with shop_scope(shop_id):
        row = PriceProposal.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise Missing(_("This proposal no longer exists."))
        if row.state in (ProposalState.APPROVED, ProposalState.SCHEDULED):
            _withdraw([row])
        elif row.state != ProposalState.WRITTEN:
            raise Refusal("decided", _("This proposal has already been decided."))
        elif not roll_back(shop_id, user_id, row):
            raise Refusal("change_waits", _("The same item already has a pending change, which goes first."))
        note(user_id, "took_back_price", str(row.details["title"]))


def choose_price_settings(shop_id: ShopId, user_id: int, settings: PriceSettings) -> None:
    """Keep what the merchant allows; stopping withdraws at once whatever has not reached the platform.

    Raises Refusal(no_date) for clearing without a date to come.
    """
    with shop_scope(shop_id):
        refuse_clearing_without_date(settings.goal, settings.clear_by, today(known_timezone(shop_profile().timezone)))
        before = price_settings()
        if before == settings:
            return
        chosen = {name: value for name, value in asdict(settings).items() if name != "is_chosen"}
        PriceSetting.objects.update_or_create(defaults={**chosen, "endings": list(settings.endings)})
        if settings.is_stopped and not before.is_stopped:
            waiting = [ProposalState.APPROVED, ProposalState.SCHEDULED]
            _withdraw(PriceProposal.objects.select_for_update().filter(state__in=waiting).order_by("id"))
            end_running_tests()
            note(user_id, "stopped_prices")
        else:
            note(user_id, "set_price_rules")


def change_price_settings(shop_id: ShopId, user_id: int, changes: Mapping[str, Any]) -> PriceSettings:
    """Keep what changes of what the merchant allows, and return all of it; raises as `choose_price_settings`."""
    with shop_scope(shop_id):
        before = price_settings()
    fields = {**asdict(before), **changes, "is_chosen": True}
    endings, goal = tuple(sorted(set(fields["endings"]))), PriceGoal(fields["goal"])
    settings = PriceSettings(**{**fields, "endings": endings, "goal": goal})
    choose_price_settings(shop_id, user_id, settings)
    return settings


def refuse_unless_writable() -> None:
    """Raise Refusal (stopped, cannot_write) where no price may go out; run in the shop's scope."""
    if price_settings().is_stopped:
        raise Refusal("stopped", _("Price proposals are stopped. Start them again first."))
    if not can_write_prices(find_install()):
        raise Refusal("cannot_write", _("ShopConnect can’t change prices in this shop. See “Price changes”."))


def _locked(public_ids: Sequence[int]) -> list[PriceProposal]:
    rows: QuerySet[PriceProposal] = PriceProposal.objects.select_for_update().order_by("id")
    found = list(rows.filter(public_id__in=public_ids, state=ProposalState.PROPOSED))
    if not found:
        raise Refusal("decided", _("Select at least one proposal that hasn’t been decided yet."))
    return found


def _decide(rows: Sequence[PriceProposal], user_id: int, state: ProposalState, due_at: datetime | None) -> None:
    decided = {"state": state, "decided_by_id": user_id, "decided_at": now(), "due_at": due_at}
    PriceProposal.objects.filter(pk__in=[row.pk for row in rows]).update(**decided)


def _withdraw(rows: Iterable[PriceProposal]) -> None:
    """Have proposals that were approved open again, and take back what the platform was not told yet."""
    for row in rows:
        withdraw_asked(KIND, keys_of(row))
        row.state, row.due_at, row.asked_at = ProposalState.PROPOSED, None, None
        row.decided_at, row.decided_by_id = None, None
        row.save(update_fields=["state", "due_at", "asked_at", "decided_at", "decided_by_id"])
