"""What the page of suggestions shows beside the suggestions themselves: proofs, the cost of diversity, progress."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from recommender.products.data.artefacts import load_catalogue
from recommender.products.data.catalogue import category_in, title_of
from recommender.products.pages.types import CurveDot, DiversityCurve, GateBars, LearningStatus
from recommender.products.selectors import latest_training, shows_counts
from recommender.products.services import WORK_KIND, diversity_of
from recommender.products.types import DiversityPoint, ExposureReport, GateSummary, State, TrainingSummary
from shopconnect.catalog.selectors import find_product, list_products
from shopconnect.catalog.types import ProductRow
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import is_awaited
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.selectors import sync_status

FOUND_AT_MOST, LEAST_DOTS = 12, 2
LEAST_PERCENT = 10  # of a training, before it is said how long the rest takes


def learning_status(shop_id: ShopId) -> LearningStatus:
    """Return whether a shop is still coming in, and how far a learning is that runs."""
    with shop_scope(shop_id):
        status, training, is_next = sync_status(), latest_training(), is_awaited(WORK_KIND)
    running = training if training is not None and training.state == State.RUNNING else None
    return LearningStatus(
        is_coming=status.is_coming,
        is_next=is_next,
        training_percent=running.percent if running else None,
        minutes_left=_minutes_left(running) if running else None,
    )


def _minutes_left(training: TrainingSummary) -> int | None:
    if training.percent < LEAST_PERCENT:
        return None
    minutes = (now() - training.started_at) / timedelta(minutes=1)
    return max(1, round(minutes * (100 / training.percent - 1)))


def gate_bars(gates: Iterable[GateSummary]) -> tuple[GateBars, ...]:
    """Return each purpose's two figures as widths of bars, the longest of all being 100."""
    rows = tuple(gates)
    longest = max((max(row.blend_ndcg, row.simple_ndcg) for row in rows), default=0.0) or 1.0
    return tuple(
        GateBars(gate=row, blend_width=100 * row.blend_ndcg / longest, simple_width=100 * row.simple_ndcg / longest)
        for row in rows
    )


def diversity_curve(shop_id: ShopId) -> DiversityCurve | None:
    """Return what diversity costs a shop as a drawing, or None while that is not measured."""
    summary = diversity_of(shop_id)
    if len(summary.curve) < LEAST_DOTS:
        return None
    best = _undominated(summary.curve)
    points = [*best, summary.shown] if summary.shown and summary.shown not in best else best
    floor = min(point.accuracy for point in points)
    left, right = (edge(point.coverage for point in points) for edge in (min, max))
    wide, high = (right - left) or 1, (1 - floor) or 1
    dots = [
        CurveDot(100 * (point.coverage - left) / wide, 50 * (1 - point.accuracy) / high, point == summary.shown)
        for point in points
    ]
    return DiversityCurve(
        summary=summary, dots=tuple(dots), line=tuple(dots[: len(best)]), floor=floor, left=left, right=right
    )


def _undominated(points: Iterable[DiversityPoint]) -> list[DiversityPoint]:
    """Return the points, by coverage, that no other one beats in accuracy without showing less of the catalogue."""
    found: list[DiversityPoint] = []
    for point in sorted(points, key=lambda one: (one.coverage, one.accuracy), reverse=True):
        if not found or point.accuracy > found[-1].accuracy:
            found.append(point)
    return found[::-1]


def coverage_line(reports: Sequence[ExposureReport]) -> str:
    """Return the coverage of reports, the newest first, as an SVG's points of 100 x 40 from the oldest on."""
    step = 100 / max(len(reports) - 1, 1)
    return " ".join(f"{i * step:.2f},{40 * (1 - week.coverage):.2f}" for i, week in enumerate(reversed(reports)))


def found_products(shop_id: ShopId, search: str, language: str) -> list[ProductRow]:
    """Return products whose title contains a text, the first dozen; those first in the catalog when it is empty.

    Their titles are in the reader's language, where the shop has them in it.
    """
    with shop_scope(shop_id):
        rows = list_products(limit=FOUND_AT_MOST, search=search)
    return [replace(row, title=title_of(shop_id, row.public_id, language) or row.title) for row in rows]


def are_counts_shown(shop_id: ShopId) -> bool:
    """Say whether reasons say on how many orders they rest."""
    with shop_scope(shop_id):
        return shows_counts()


def categories_in(shop_id: ShopId, names: Iterable[str], language: str) -> dict[str, str]:
    """Return categories as the reader's language has them, by the names that the shop gives them."""
    catalogue = load_catalogue(shop_id)
    return {name: category_in(catalogue, name, language) for name in names}


def category_of(shop_id: ShopId, product: ProductRow | None, language: str) -> tuple[str, str]:
    """Return a product's category in the reader's language; where that is the shop's own, with the shop's language."""
    catalogue, own = load_catalogue(shop_id), " > ".join(product.category) if product else ""
    found = category_in(catalogue, own, language)
    return found.replace(" > ", " › "), catalogue.manifest["languages"][0] if catalogue and found == own else ""


def report_in(shop_id: ShopId, report: ExposureReport, language: str) -> ExposureReport:
    """Return a report whose categories are called what the reader's language calls them."""
    groups = report.groups.get("category", ())
    names = categories_in(shop_id, (one.name for one in groups), language)
    renamed = tuple(replace(one, name=names[one.name]) for one in groups)
    return replace(report, groups={**report.groups, "category": renamed})


def product_of(shop_id: ShopId, public_id: int) -> ProductRow | None:
    """Return a product of a shop, or None."""
    with shop_scope(shop_id):
        return find_product(public_id)
