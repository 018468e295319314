"""Price tests as they are stored, and read again. All run in the scope of a shop."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from recommender.prices.models import PriceNight, PriceTest
from recommender.prices.testing.types import PriceTestDesign, PriceTestResult, PriceTestState, PriceTestSummary
from recommender.prices.types import TestableProduct
from shopconnect.catalog.selectors import titles_in

HALF_INTERVAL = 1.96  # standard errors of a normal distribution

_designs = TypeAdapter(PriceTestDesign)
_results = TypeAdapter(PriceTestResult)
_testable = TypeAdapter(tuple[TestableProduct, ...])


def write_design(design: PriceTestDesign) -> dict[str, Any]:
    """Return a design as JSON can hold it."""
    written: dict[str, Any] = _designs.dump_python(design, mode="json")
    return written


def read_design(row: PriceTest) -> PriceTestDesign:
    """Return a stored test's design."""
    return validated_design(row.design)


def validated_design(written: object) -> PriceTestDesign:
    """Return a design that was written; raises ValueError for what is none."""
    return _designs.validate_python(written)


def validated_result(written: object) -> dict[str, Any]:
    """Return a result that was written, as JSON can hold it; raises ValueError for what is none."""
    return write_result(_results.validate_python(written))


def write_result(result: PriceTestResult) -> dict[str, Any]:
    """Return a result as JSON can hold it."""
    written: dict[str, Any] = _results.dump_python(result, mode="json")
    return written


def write_testable(found: Iterable[TestableProduct]) -> list[dict[str, Any]]:
    """Return products that could be tested as JSON can hold them."""
    written: list[dict[str, Any]] = _testable.dump_python(tuple(found), mode="json")
    return written


def read_testable(language: str) -> tuple[TestableProduct, ...]:
    """Return the products that the last night found could be tested, without those that are, titled in a language."""
    figures: Mapping[str, Any] = PriceNight.objects.values_list("figures", flat=True).first() or {}
    busy = products_under_test()
    found = [one for one in _testable.validate_python(figures.get("testable", ())) if one.product_id not in busy]
    titles = titles_in(language, [one.product_id for one in found])
    return tuple(_titled(one, titles) for one in found)


def products_under_test() -> set[int]:
    """Return the products whose prices take turns now, or are about to be put back."""
    return set(PriceTest.objects.filter(is_restored=False).values_list("product_id", flat=True))


def tested_elasticities() -> dict[int, tuple[float, float]]:
    """Return what tests that are over found, by product: the elasticity and the error of a normal distribution."""
    found = {}
    over = PriceTest.objects.exclude(state=PriceTestState.RUNNING).filter(result__isnull=False).order_by("id")
    for product_id, result in over.values_list("product_id", "result"):
        between = _results.validate_python(result).elasticity
        if between is not None:
            found[product_id] = between.mean, (between.high - between.low) / 2 / HALF_INTERVAL
    return found


def summaries_of_tests(rows: Iterable[PriceTest], language: str = "") -> list[PriceTestSummary]:
    """Return tests with their products' titles in a language."""
    found = list(rows)
    titles = titles_in(language, [row.product_id for row in found])
    return [_summary(row, titles) for row in found]


def _titled(one: TestableProduct, titles: Mapping[int, str]) -> TestableProduct:
    return replace(one, title=titles.get(one.product_id, one.title))


def _summary(row: PriceTest, titles: Mapping[int, str]) -> PriceTestSummary:
    return PriceTestSummary(
        id=row.pk,
        public_id=row.public_id,
        group=row.group,
        product_id=row.product_id,
        product_public_id=row.product.public_id,
        title=titles.get(row.product_id, row.product.title),
        currency=row.currency,
        first=row.first_amount,
        other=row.other_amount,
        design=read_design(row),
        state=PriceTestState(row.state),
        made_at=row.made_at,
        ended_at=row.ended_at,
        result=None if row.result is None else _results.validate_python(row.result),
    )
