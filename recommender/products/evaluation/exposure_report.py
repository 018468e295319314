"""The exposure report: each week, what they show of the catalogue beside its products, and what of that is wrong."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from statistics import fmean

from recommender.products.data.engine.recency import EPOCH
from recommender.products.evaluation.engine import exposure_report as engine
from recommender.products.models import WeeklyExposure
from recommender.products.serving import shelves
from recommender.products.serving.snapshot import open_snapshot
from recommender.products.types import Alert, Concern, Context, ExposureReport, GroupShare
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import tell_owners

WORK_KIND, NO_SUBJECT = "report_exposure", 0
SHELVES_UNEVEN = "shelves_uneven"  # the notice
PLACES, MOST_PAGES, RETENTION_WEEKS, MOST_GROUPS = 8, 500, 26, 12
WEEKS_BEFORE, MORE_UNEVEN, LESS_COVERED, TIMES_FAVOURED, LEAST_FAVOURED = 4, 0.05, 0.8, 3.0, 0.3


def ask_exposure_report() -> None:
    """Have a worker report what the shelves of the shop in scope show."""
    add_due(WORK_KIND, NO_SUBJECT)


def report_exposure(shop_id: ShopId) -> None:
    """Write what the shelves show this week in the place of what was written of it before; tell the owners of alerts.

    Shelves are asked as shoppers ask them, beside at most 500 products for sale; nothing while nothing was fitted.
    """
    snapshot = open_snapshot(shop_id)
    if snapshot is None:
        return
    today = now().date()
    week = today - timedelta(days=today.weekday())
    profile = engine.read_profile(snapshot.model.arrays, snapshot.catalogue.arrays, (today - EPOCH).days)
    pages = engine.draw_pages(profile, MOST_PAGES, seed=week.toordinal())
    shown = [row for page in pages for row in shelves.rows_shown(snapshot, None, Context(product=str(page)), PLACES)]
    shares = engine.exposure_shares(engine.count_places(shown, profile), profile)
    with shop_scope(shop_id):
        WeeklyExposure.objects.update_or_create(
            week=week, defaults={"figures": {**asdict(shares), "pages": len(pages)}}
        )
        WeeklyExposure.objects.filter(week__lt=week - timedelta(weeks=RETENTION_WEEKS)).delete()
        if alerts_of(_weeks()):
            tell_owners(SHELVES_UNEVEN, {}, key=f"shelves_uneven:{week}")


def exposure_reports_of(shop_id: ShopId) -> tuple[ExposureReport, ...]:
    """Return each week's report of a shop, the newest first."""
    with shop_scope(shop_id):
        return tuple(_weeks())


def alerts_of(reports: Sequence[ExposureReport]) -> tuple[Alert, ...]:
    """Return what is wrong with the newest of some reports, by itself and beside the four weeks before it."""
    if not reports or not reports[0].places:
        return ()
    newest, before = reports[0], reports[1 : 1 + WEEKS_BEFORE]
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


def _weeks() -> list[ExposureReport]:
    return [_report(row) for row in WeeklyExposure.objects.order_by("-week")]


def _report(row: WeeklyExposure) -> ExposureReport:
    figures = dict(row.figures)
    groups = {
        name: tuple(GroupShare(**group) for group in found[:MOST_GROUPS])
        for name, found in figures.pop("groups").items()
    }
    return ExposureReport(week=row.week, groups=groups, **figures)
