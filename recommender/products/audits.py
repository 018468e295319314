"""The audit of shelves: each week, what they show of the catalogue beside its products, and what of that is wrong."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from statistics import fmean

from recommender.products import shelves
from recommender.products.engine import audit as engine
from recommender.products.facts import load_facts
from recommender.products.learning import MODEL
from recommender.products.models import ShelfAudit
from recommender.products.rules import rules_for
from recommender.products.types import Alert, AuditFacts, Concern, Context, GroupFacts
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import tell_owners

WORK_KIND, NO_SUBJECT = "audit_shelves", 0
SHELVES_UNEVEN = "shelves_uneven"  # the notice
PLACES, MOST_PAGES, KEPT_WEEKS, GROUPS_KEPT = 8, 500, 26, 12
WEEKS_BEFORE, MORE_UNEVEN, LESS_COVERED, TIMES_FAVOURED, LEAST_FAVOURED = 4, 0.05, 0.8, 3.0, 0.3
EPOCH = date(1970, 1, 1)


def ask_audit() -> None:
    """Have a worker audit the shelves of the shop in scope."""
    add_due(WORK_KIND, NO_SUBJECT)


def audit_shop(shop_id: ShopId) -> None:
    """Write what the shelves show this week in the place of what was written of it before; tell the owners of alerts.

    Shelves are asked as shoppers ask them, beside at most 500 products for sale; nothing while nothing was learnt.
    """
    model, facts = store.load(shop_id, MODEL), load_facts(shop_id)
    if model is None or facts is None:
        return
    today = now().date()
    week = today - timedelta(days=today.weekday())
    catalogue = engine.read_catalogue(model.arrays, facts.arrays, (today - EPOCH).days)
    pages, rules = engine.draw_pages(catalogue, MOST_PAGES, seed=week.toordinal()), rules_for(shop_id).rules
    shown = [
        row
        for page in pages
        for row in shelves.rows_shown(model, facts, None, Context(product=str(page)), PLACES, rules)
    ]
    shares = engine.audit(engine.count_places(shown, catalogue), catalogue)
    with shop_scope(shop_id):
        ShelfAudit.objects.update_or_create(week=week, defaults={"figures": {**asdict(shares), "pages": len(pages)}})
        ShelfAudit.objects.filter(week__lt=week - timedelta(weeks=KEPT_WEEKS)).delete()
        if alerts_of(_weeks()):
            tell_owners(SHELVES_UNEVEN, {}, key=f"shelves_uneven:{week}")


def audits_of(shop_id: ShopId) -> tuple[AuditFacts, ...]:
    """Return each week's audit of a shop, the newest first."""
    with shop_scope(shop_id):
        return tuple(_weeks())


def alerts_of(audits: Sequence[AuditFacts]) -> tuple[Alert, ...]:
    """Return what is wrong with the newest of some audits, by itself and beside the four weeks before it."""
    if not audits or not audits[0].places:
        return ()
    newest, before = audits[0], audits[1 : 1 + WEEKS_BEFORE]
    found = [
        Alert(concern=Concern.FAVOURED, name=group.name)
        for groups in newest.groups.values()
        for group in groups
        if group.shown >= max(LEAST_FAVOURED, TIMES_FAVOURED * group.catalogue)
    ]
    if before and newest.gini > fmean(week.gini for week in before) + MORE_UNEVEN:
        found.append(Alert(concern=Concern.MORE_UNEVEN))
    if before and newest.coverage < LESS_COVERED * fmean(week.coverage for week in before):
        found.append(Alert(concern=Concern.LESS_COVERED))
    return tuple(found)


def _weeks() -> list[AuditFacts]:
    return [_facts(row) for row in ShelfAudit.objects.order_by("-week")]


def _facts(row: ShelfAudit) -> AuditFacts:
    figures = dict(row.figures)
    groups = {
        name: tuple(GroupFacts(**group) for group in found[:GROUPS_KEPT])
        for name, found in figures.pop("groups").items()
    }
    return AuditFacts(week=row.week, groups=groups, **figures)
