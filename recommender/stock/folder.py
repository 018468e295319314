"""The files `purchasing`, `suppliers` and `supply` of a shop's folder: what holds for all, who delivers, each item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from recommender.stock.buying import keep_settings, store_terms
from recommender.stock.models import Supplier
from recommender.stock.selectors import list_suppliers, stock_settings, terms_by_item
from recommender.stock.types import LONGEST_DAYS, LONGEST_NAME, MOST_UNITS, SERVICE_PERCENTS, ItemTerms, StockSettings
from shopconnect.catalog.selectors import product_ids
from shopconnect.catalog.services import UNKNOWN_PRODUCT
from shopconnect.catalog.stock import iter_stock_items
from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.money import write_amount
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.sync.registry import SyncFile, register_file

NO_PERCENT = gettext_noop('"%(key)s" must be one of: %(words)s.')
NO_DATE = gettext_noop('"%(key)s" must be a day, as in 2026-12-31.')


@dataclass(frozen=True, slots=True)
class SupplyDraft:
    """How an item is bought, the item by the platform's ids."""

    product: str
    variant: str
    terms: ItemTerms


def read_settings(row: Mapping[str, Any]) -> StockSettings:
    """Read the one line of what holds where a supplier or an item says nothing."""
    return StockSettings(
        **_days(row),
        a_percent=_percent(row, "a_percent"),
        b_percent=_percent(row, "b_percent"),
        c_percent=_percent(row, "c_percent"),
        budget_amount=values.amount(row, "budget"),
        is_chosen=True,
    )


def store_settings(drafts: Sequence[StockSettings]) -> Stored:
    """Keep what was chosen; the last line holds."""
    was_chosen = stock_settings().is_chosen
    if not drafts or not keep_settings(drafts[-1]):
        return Stored(same=len(drafts))
    return Stored(changed=1) if was_chosen else Stored(new=1)


def settings_lines() -> Iterator[Mapping[str, Any]]:
    """Yield the one line of what was chosen; none where nothing was."""
    chosen = stock_settings()
    if chosen.is_chosen:
        names = ("lead_days", "late_days", "review_days", "a_percent", "b_percent", "c_percent")
        budget = {} if chosen.budget_amount is None else {"budget": write_amount(chosen.budget_amount)}
        yield {name: getattr(chosen, name) for name in names} | budget


def read_supplier(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read a line of suppliers."""
    return {
        "name": values.needed_text(row, "name", most=LONGEST_NAME),
        **_days(row),
        "minimum_amount": values.amount(row, "minimum"),
    }


def store_suppliers(drafts: Sequence[Mapping[str, Any]]) -> Stored:
    """Store suppliers by their names."""
    known = {one.name: one for one in list_suppliers()}
    new = changed = 0
    for draft in drafts:
        fields = dict(draft)
        before = known.get(fields["name"])
        if before is None:
            Supplier.objects.create(**fields)
            new += 1
        elif {**asdict(before), **fields} != asdict(before):
            Supplier.objects.filter(public_id=before.public_id).update(**fields)
            changed += 1
    return Stored(new=new, changed=changed, same=len(drafts) - new - changed)


def supplier_lines() -> Iterator[Mapping[str, Any]]:
    """Yield the lines of suppliers, by name."""
    for one in list_suppliers():
        minimum = None if one.minimum_amount is None else write_amount(one.minimum_amount)
        line = {
            "name": one.name,
            "lead_days": one.lead_days,
            "late_days": one.late_days,
            "review_days": one.review_days,
            "minimum": minimum,
        }
        yield {name: value for name, value in line.items() if value is not None}


def read_supply(row: Mapping[str, Any]) -> SupplyDraft:
    """Read a line of supply."""
    terms = ItemTerms(
        supplier=values.text(row, "supplier", most=LONGEST_NAME),
        cost_amount=values.amount(row, "cost"),
        pack_size=max(values.whole(row, "pack_size", most=MOST_UNITS) or 1, 1),
        minimum_quantity=values.whole(row, "minimum", most=MOST_UNITS) or 0,
        on_order=values.whole(row, "on_order", most=MOST_UNITS) or 0,
        on_order_date=_date(row, "on_order_date"),
    )
    return SupplyDraft(values.needed_id(row, "product"), values.optional_id(row, "variant"), terms)


def store_supply(drafts: Sequence[SupplyDraft]) -> Stored:
    """Store how items are bought; refused are lines about a product that the shop does not have."""
    ids, known = product_ids({draft.product for draft in drafts}), terms_by_item()
    suppliers = {row.name: row.pk for row in Supplier.objects.all()}
    found = {
        (ids[one.product], one.variant): _of_known_supplier(one.terms, suppliers)
        for one in drafts
        if one.product in ids
    }
    changed = {key: terms for key, terms in found.items() if known.get(key) != terms}
    store_terms(changed, suppliers)
    new = len(changed.keys() - known.keys())
    refused = {place: UNKNOWN_PRODUCT for place, draft in enumerate(drafts) if draft.product not in ids}
    same = len(drafts) - len(changed) - len(refused)
    return Stored(new=new, changed=len(changed) - new, same=same, refused=refused)


def _of_known_supplier(terms: ItemTerms, suppliers: Mapping[str, int]) -> ItemTerms:
    return terms if terms.supplier in suppliers else replace(terms, supplier="")


def supply_lines() -> Iterator[Mapping[str, Any]]:
    """Yield the lines of supply, by the platform's ids, of what is sold."""
    names = {(item.product_id, item.variant): item.external_id for item in iter_stock_items()}
    told = [(names[key], key[1], terms) for key, terms in terms_by_item().items() if key in names]
    for product, variant, terms in sorted(told, key=lambda one: one[:2]):
        line = {
            "product": product,
            "variant": variant or None,
            "supplier": terms.supplier or None,
            "cost": None if terms.cost_amount is None else write_amount(terms.cost_amount),
            "pack_size": terms.pack_size,
            "minimum": terms.minimum_quantity,
            "on_order": terms.on_order,
            "on_order_date": terms.on_order_date.isoformat() if terms.on_order_date else None,
        }
        yield {name: value for name, value in line.items() if value is not None}


def _days(row: Mapping[str, Any]) -> dict[str, int]:
    names = ("lead_days", "late_days", "review_days")
    days = {name: values.needed_whole(row, name, most=LONGEST_DAYS) for name in names}
    return days | {"review_days": max(days["review_days"], 1)}


def _percent(row: Mapping[str, Any], key: str) -> int:
    percent = values.needed_whole(row, key, most=100)
    if percent not in SERVICE_PERCENTS:
        raise BadRow(NO_PERCENT, key=key, words=", ".join(map(str, SERVICE_PERCENTS)))
    return percent


def _date(row: Mapping[str, Any], key: str) -> date | None:
    text = values.text(row, key, most=10)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadRow(NO_DATE, key=key) from error


register_file(
    SyncFile(
        name="purchasing",
        title=gettext_lazy("Purchasing rules"),
        read=read_settings,
        store=store_settings,
        export=settings_lines,
        key=lambda settings: "",
    )
)
register_file(
    SyncFile(
        name="suppliers",
        title=gettext_lazy("Suppliers"),
        read=read_supplier,
        store=store_suppliers,
        export=supplier_lines,
        key=lambda draft: draft["name"],
    )
)
register_file(
    SyncFile(
        name="supply",
        title=gettext_lazy("Purchasing details"),
        read=read_supply,
        store=store_supply,
        export=supply_lines,
        key=lambda draft: (draft.product, draft.variant),
    )
)
