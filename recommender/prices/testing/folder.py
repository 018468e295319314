"""The file `price_tests` of a shop's folder: tests that run and ran, so that a shop that moves keeps what it learnt."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from recommender.prices.models import PriceTest
from recommender.prices.testing.stored import read_design, validated_design, validated_result, write_design
from recommender.prices.testing.types import MOST_WEEKS_OF_TEST, PricePair, PriceTestDesign, PriceTestState
from shopconnect.catalog.selectors import list_variants, product_ids
from shopconnect.catalog.services import UNKNOWN_PRODUCT
from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import EARLIEST, LATEST, BadRow
from shopconnect.core.clock import write_optional_time
from shopconnect.core.money import write_amount
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync.registry import SyncFile, register_file

NO_DESIGN = gettext_noop('"design" must be an exported design of a price test.')
NO_RESULT = gettext_noop('"result" must be an exported result of a price test.')
TESTED_ALREADY = gettext_noop("Another price test of this product is running.")
WEEK = 7


@dataclass(frozen=True, slots=True)
class PriceTestDraft:
    """A line: a test of the product with the platform's id; `fields` are as the table names them."""

    public_id: int
    product: str
    design: PriceTestDesign
    fields: Mapping[str, Any]

    @property
    def is_running(self) -> bool:
        """Say whether its prices still take turns."""
        return bool(self.fields["state"] == PriceTestState.RUNNING)


def read_price_test(row: Mapping[str, Any]) -> PriceTestDraft:
    """Read a line of price tests."""
    fields: dict[str, Any] = {
        "group": values.public_id(row, "group"),
        "first_amount": values.needed_amount(row, "price"),
        "other_amount": values.needed_amount(row, "tested_price"),
        "state": values.needed_word(row, "state", PriceTestState),
        "result": _result(row),
        "made_at": values.needed_time(row, "made_at"),
        "ended_at": values.time(row, "ended_at"),
    }
    design = _design(row)
    first, other = fields["first_amount"], fields["other_amount"]
    if first == other or float(min(first, other)) / (1 + design.tax_share) <= float(design.cost):
        raise BadRow(NO_DESIGN)
    return PriceTestDraft(values.public_id(row, "id"), values.needed_id(row, "product"), design, fields)


def store_price_tests(drafts: Sequence[PriceTestDraft]) -> Stored:
    """Store tests by their ids; what ended stays ended. Refused are unknown products, and a second test of one."""
    ids, currency = product_ids({draft.product for draft in drafts}), shop_profile().currency
    known = {row.public_id: row for row in PriceTest.objects.select_for_update()}
    running = {row.product_id: row.public_id for row in known.values() if row.state == PriceTestState.RUNNING}
    new = changed = 0
    refused: dict[int, str] = {}
    for place, draft in enumerate(drafts):
        product_id, row = ids.get(draft.product), known.get(draft.public_id)
        if product_id is None:
            refused[place] = UNKNOWN_PRODUCT
        elif row is None and draft.is_running and product_id in running:
            refused[place] = TESTED_ALREADY
        elif row is None:
            known[draft.public_id] = _create(draft, product_id, currency)
            running |= {product_id: draft.public_id} if draft.is_running else {}
            new += 1
        elif row.state == PriceTestState.RUNNING and not draft.is_running:
            for name, value in draft.fields.items():
                setattr(row, name, value)
            row.save()
            changed += 1
    return Stored(new=new, changed=changed, same=len(drafts) - new - changed - len(refused), refused=refused)


def price_test_lines() -> Iterator[Mapping[str, Any]]:
    """Yield the lines of price tests, by id."""
    for row in PriceTest.objects.select_related("product").order_by("public_id"):
        line = {
            "id": str(row.public_id),
            "group": str(row.group),
            "product": row.product.external_id,
            "price": write_amount(row.first_amount),
            "tested_price": write_amount(row.other_amount),
            "state": row.state,
            "made_at": write_optional_time(row.made_at),
            "ended_at": write_optional_time(row.ended_at),
            "design": write_design(read_design(row)),
            "result": row.result,
        }
        yield {name: value for name, value in line.items() if value is not None}


def _create(draft: PriceTestDraft, product_id: int, currency: str) -> PriceTest:
    """Store a test; one that ended has nothing left to put back here."""
    design = draft.design
    if not design.variants:
        pair = {"first": draft.fields["first_amount"], "other": draft.fields["other_amount"]}
        variants = [PricePair(external_id=one.external_id, **pair) for one in list_variants(product_id)]
        design = replace(design, variants=variants)
    row = PriceTest(public_id=draft.public_id, product_id=product_id, currency=currency, **draft.fields)
    row.design, row.is_restored = write_design(design), not draft.is_running
    row.save()
    return row


def _design(row: Mapping[str, Any]) -> PriceTestDesign:
    try:
        design = validated_design(row.get("design"))
        is_whole = len(design.arms) > 0 and len(design.arms) % (2 * len(design.block.days)) == 0
        is_short = design.starts[-1] <= MOST_WEEKS_OF_TEST * WEEK
        is_timely = EARLIEST.date() <= design.starts_on <= LATEST.date()
    except ValueError as error:
        raise BadRow(NO_DESIGN) from error
    if not (is_whole and is_short and is_timely and set(design.arms) <= {0, 1} and 0 <= design.tax_share <= 1):
        raise BadRow(NO_DESIGN)
    return design


def _result(row: Mapping[str, Any]) -> dict[str, Any] | None:
    found = row.get("result")
    if not found:
        return None
    try:
        return validated_result(json.loads(json.dumps(found, default=float, allow_nan=False)))
    except (TypeError, ValueError) as error:
        raise BadRow(NO_RESULT) from error


register_file(
    SyncFile(
        name="price_tests",
        title=gettext_lazy("Price tests"),
        read=read_price_test,
        store=store_price_tests,
        export=price_test_lines,
        key=lambda draft: draft.public_id,
    )
)
