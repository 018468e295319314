"""Verbs on how things are bought: suppliers, what holds where they say nothing, and the terms of each item."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from recommender.stock.models import StockSetting, Supplier, SupplyTerm
from recommender.stock.selectors import list_suppliers, stock_settings
from recommender.stock.types import ItemTerms, StockSettings, SupplierSummary
from shopconnect.catalog.selectors import find_product, list_variants
from shopconnect.catalog.services import keep_own_costs
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note

MOST_SUPPLIERS = 500


def buying_page(shop_id: ShopId) -> tuple[StockSettings, list[SupplierSummary]]:
    """Return what the shop chose, and its suppliers."""
    with shop_scope(shop_id):
        return stock_settings(), list_suppliers()


def choose_settings(shop_id: ShopId, user_id: int, settings: StockSettings) -> None:
    """Keep what holds where a supplier or an item says nothing."""
    with shop_scope(shop_id):
        if keep_settings(settings):
            note(user_id, "set_stock")


def keep_settings(settings: StockSettings) -> bool:
    """Keep what the shop in scope chose for all its items; says whether it was another choice before."""
    if stock_settings() == settings:
        return False
    chosen = {name: value for name, value in asdict(settings).items() if name != "is_chosen"}
    StockSetting.objects.update_or_create(defaults=chosen)
    return True


def store_supplier(shop_id: ShopId, user_id: int, fields: Mapping[str, Any], public_id: int | None = None) -> None:
    """Add a supplier, or change the one of a public id; raises Missing, and Refusal: name_taken, too_many."""
    with shop_scope(shop_id):
        others = Supplier.objects.exclude(public_id=public_id or 0)
        if others.filter(name=fields["name"]).exists():
            raise Refusal("name_taken", _("There is already a supplier with this name."), 400)
        if public_id is not None:
            if not Supplier.objects.filter(public_id=public_id).update(**fields):
                raise Missing(_("This supplier no longer exists."))
        elif others.count() >= MOST_SUPPLIERS:
            sentence = _("There are already %(most)s suppliers. Remove one first.") % {"most": MOST_SUPPLIERS}
            raise Refusal("too_many", sentence, 400)
        else:
            Supplier.objects.create(**fields)
        note(user_id, "set_supplier", str(fields["name"]))


def remove_supplier(shop_id: ShopId, user_id: int, public_id: int) -> None:
    """Remove a supplier; its items have none then. Removing it again changes nothing."""
    with shop_scope(shop_id):
        found = Supplier.objects.filter(public_id=public_id).first()
        if found is not None:
            SupplyTerm.objects.filter(supplier_id=found.pk).update(supplier_id=None)
            note(user_id, "removed_supplier", found.name)
            found.delete()


def store_item_terms(shop_id: ShopId, user_id: int, public_id: int, variant: str, terms: ItemTerms) -> None:
    """Keep how an item is bought; raises Missing for a product that is not sold."""
    with shop_scope(shop_id):
        product = find_product(public_id)
        known = {one.external_id for one in list_variants(product.id)} if product is not None else set()
        if product is None or product.deleted_at is not None or variant not in (known or {""}):
            raise Missing(_("This product is no longer sold. Choose another one."))
        suppliers = {row.name: row.pk for row in Supplier.objects.all()}
        store_terms({(product.id, variant): terms}, suppliers)
        note(user_id, "set_terms", product.title[:60])


def store_terms(terms: Mapping[tuple[int, str], ItemTerms], suppliers: Mapping[str, int]) -> None:
    """Write terms by product id and variant over those known, in the scope of a shop; `suppliers` are ids by name.

    Costs are kept with the products, where prices and results read them too.
    """
    rows = [
        SupplyTerm(
            product_id=product_id,
            variant=variant,
            supplier_id=suppliers.get(one.supplier),
            pack_size=one.pack_size,
            minimum_quantity=one.minimum_quantity,
            on_order=one.on_order,
            on_order_date=one.on_order_date,
        )
        for (product_id, variant), one in sorted(terms.items())
    ]
    SupplyTerm.objects.bulk_create(
        rows,
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["shop", "product", "variant"],
        update_fields=["supplier", "pack_size", "minimum_quantity", "on_order", "on_order_date"],
    )
    keep_own_costs({key: one.cost_amount for key, one in terms.items()})
