"""A shop of the double from an interchange folder, as the shop would stand on WooCommerce."""

import mimetypes
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.doubles.folder import read_lines
from tests.doubles.woocommerce.double import UPLOADS, WooShop
from tests.doubles.woocommerce.store import Row, WooStore

Told = dict[str, Any]


def fill(shop: WooShop, folder: Path, origin: str) -> None:
    """Fill a shop, which stands at an origin, without a word to anybody; its ids are new ones."""
    store = shop.store
    for told in read_lines(folder, "shop"):
        shop.title, store.timezone = told.get("name") or shop.name, told["timezone"]
        shop.currency = told["currency"]
    sold: dict[tuple[str, str], Row] = {}
    for told in read_lines(folder, "products"):
        sold |= _products(shop, told, folder, origin)
    customers = {told["id"]: _customer(store, told) for told in read_lines(folder, "customers")}
    orders: dict[str, Row] = {}
    for told in read_lines(folder, "orders"):
        if told.get("kind", "order") == "order":
            orders[told["id"]] = _order(shop, told, customers, sold)
        elif told.get("refunds") in orders:
            _refund(store, told, orders[told["refunds"]])


def _products(shop: WooShop, told: Told, folder: Path, origin: str) -> dict[tuple[str, str], Row]:
    """Add a product; returns it and its variations by the folder's ids."""
    store, variants = shop.store, told.get("variants") or []
    fields = {
        "description": told.get("description") or "",
        "tags": [{"id": number, "name": name} for number, name in enumerate(told.get("tags") or (), 1)],
        "brands": [{"id": 1, "name": told["vendor"]}] if told.get("vendor") else [],
        "status": "publish" if told.get("available", True) else "private",
        "categories": _categories(store, told.get("category") or []),
        "images": _images(shop, told, folder, origin),
    }
    if variants:
        product = store.add_variable(
            told["title"], [str(one.get("price") or told["price"]) for one in variants], **fields
        )
    else:
        product = store.add_product(told["title"], str(told["price"]), stock=told.get("stock"), **fields)
    made = {(told["id"], ""): product}
    for one, variation in zip(variants, store.variations_of(product) if variants else (), strict=True):
        name = one.get("title") or one["id"]
        variation.update(name=name, sku=one.get("sku") or "", stock_quantity=one.get("stock"))
        variation["attributes"][0]["option"] = name
        made[told["id"], one["id"]] = variation
    for row in made.values():
        _date(store, row, told.get("created_at"))
    return made


def _categories(store: WooStore, names: list[str]) -> list[Row]:
    """Return the last of a path of categories, made where it is not there yet."""
    parent, found = 0, None
    for name in names:
        known = (row for row in store.kinds["category"].values() if (row["name"], row["parent"]) == (name, parent))
        found = next(known, None) or store.add("category", name=name, slug=name.lower(), parent=parent)
        parent = found["id"]
    return [{key: found[key] for key in ("id", "name", "slug")}] if found else []


def _images(shop: WooShop, told: Told, folder: Path, origin: str) -> list[Row]:
    picture = folder / (told.get("image") or "-")
    if not picture.is_file():
        return []
    shop.files[picture.name] = mimetypes.guess_type(picture.name)[0] or "application/octet-stream", picture.read_bytes()
    return [{"id": 1, "src": f"{origin}{UPLOADS}{picture.name}"}]


def _customer(store: WooStore, told: Told) -> Row:
    row = store.add_customer(told.get("email") or f"{told['id']}@customers.example")
    _date(store, row, told.get("created_at"))
    return row


def _order(shop: WooShop, told: Told, customers: dict[str, Row], sold: dict[tuple[str, str], Row]) -> Row:
    store, customer = shop.store, customers.get(told.get("customer") or "")
    lines = [(line, sold.get((line["product"], line.get("variant") or ""))) for line in told.get("lines") or ()]
    bought = [(line, row or sold.get((line["product"], ""))) for line, row in lines]
    known = [(line, row | {"price": str(line["price"])}) for line, row in bought if row is not None]
    order = store.add_order(
        [(row, int(Decimal(str(line["quantity"])))) for line, row in known],
        customer=customer,
        email=told.get("email") or "",
        currency=shop.currency,
        status="cancelled" if told.get("cancelled_at") else "completed",
    )
    for (line, _), made in zip(known, order["line_items"], strict=True):
        made["total"] = str(Decimal(made["subtotal"]) - Decimal(str(line.get("discount") or 0)))
        made["told"] = line["product"]
    _date(store, order, told["placed_at"])
    return order


def _refund(store: WooStore, told: Told, order: Row) -> None:
    """Give back the first line that a refund names, as much of it as it says."""
    wanted = {line["product"]: int(Decimal(str(line["quantity"]))) for line in told.get("lines") or ()}
    named = [line for line in order["line_items"] if line["told"] in wanted]
    others = [line for line in order["line_items"] if line not in named]
    if named:
        order["line_items"] = named + others
        row = store.refund(order, min(wanted[named[0]["told"]], named[0]["quantity"]))
        store.date(row, datetime.fromisoformat(told["placed_at"]), "created")
        store.date(order, datetime.fromisoformat(told["placed_at"]), "modified")


def _date(store: WooStore, row: Row, at: str | None) -> None:
    if at:
        store.date(row, datetime.fromisoformat(at), "created", "modified")
