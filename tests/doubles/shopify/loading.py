"""A shop of the double from an interchange folder, as the shop would stand at Shopify."""

import mimetypes
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.doubles.folder import read_lines
from tests.doubles.shopify.double import DoubleShop
from tests.doubles.shopify.store import Node, Store, number_of

SENT = {"delivered": "DELIVERED", "shipped": "IN_TRANSIT"}


def fill(shop: DoubleShop, folder: Path) -> None:
    """Fill a shop, without a word to anybody; ids stay those of the folder where they are numbers."""
    store = shop.store
    for told in read_lines(folder, "shop"):
        store.currency = told["currency"]
        store.shop.update(
            name=told.get("name") or store.domain, currencyCode=told["currency"], ianaTimezone=told["timezone"]
        )
        store.shop["primaryDomain"]["host"] = (told.get("hosts") or [store.shop["primaryDomain"]["host"]])[0]
    variants: dict[tuple[str, str], Node] = {}
    for told in read_lines(folder, "products"):
        product = _product(store, told, shop, folder)
        variants[told["id"], ""] = product["variants"][0]
        for given, variant in zip(told.get("variants") or (), product["variants"]):
            variants[told["id"], given["id"]] = variant
    customers = {told["id"]: _customer(store, told) for told in read_lines(folder, "customers")}
    orders: dict[str, Node] = {}
    for told in read_lines(folder, "orders"):
        if told.get("kind", "order") == "order":
            orders[told["id"]] = _order(store, told, customers, variants)
        elif told.get("refunds") in orders:
            _refund(store, told, orders[told["refunds"]])


def _product(store: Store, told: dict[str, Any], shop: DoubleShop, folder: Path) -> Node:
    whole = {"title": "Default Title", "price": told["price"], "stock": told.get("stock"), "cost": told.get("cost")}
    given = [
        whole
        | {
            "title": one.get("title"),
            "sku": one.get("sku"),
            "price": one.get("price") or told["price"],
            "stock": one.get("stock"),
            "cost": one.get("cost") or told.get("cost"),
            "compareAtPrice": one.get("compare_at_price"),
        }
        for one in told.get("variants") or ()
    ]
    category = told.get("category") or []
    product = store.add_product(
        told["title"],
        told["price"],
        variants=given or [whole],
        number=_number(told["id"]),
        quiet=True,
        description=told.get("description") or "",
        vendor=told.get("vendor") or "",
        tags=told.get("tags") or [],
        status="ACTIVE" if told.get("available", True) else "ARCHIVED",
        createdAt=told.get("created_at") or store.clock.text(),
        updatedAt=told.get("created_at") or store.clock.text(),
        category={"__typename": "TaxonomyCategory", "fullName": " > ".join(category)} if category else None,
        words={
            language: {"title": words.get("title"), "body_html": words.get("description")}
            for language, words in (told.get("translations") or {}).items()
        },
    )
    product["onlineStoreUrl"] = f"{shop.front}/products/{number_of(product)}"
    picture = folder / (told.get("image") or "-")
    if picture.is_file():
        kind = mimetypes.guess_type(picture.name)[0] or "application/octet-stream"
        image = {"__typename": "Image", "url": shop.keep_file(picture.name, kind, picture.read_bytes())}
        preview = {"__typename": "MediaPreviewImage", "image": image}
        product["featuredMedia"] = {"__typename": "MediaImage", "preview": preview}
    return product


def _customer(store: Store, told: dict[str, Any]) -> Node:
    moment = told.get("created_at") or store.clock.text()
    return store.add_customer(
        email=told.get("email"),
        number=_number(told["id"]),
        quiet=True,
        locale=told.get("language") or "fr",
        createdAt=moment,
        updatedAt=moment,
    )


def _order(
    store: Store, told: dict[str, Any], customers: dict[str, Node], variants: dict[tuple[str, str], Node]
) -> Node:
    moment = told["placed_at"]
    order = store.add_order(
        [],
        customer=customers.get(told.get("customer") or ""),
        number=_number(told["id"]),
        quiet=True,
        name=told.get("number") or "",
        createdAt=moment,
        processedAt=moment,
        updatedAt=moment,
        cancelledAt=told.get("cancelled_at"),
        test=bool(told.get("test")),
        email=told.get("email"),
        sourceName="pos" if told.get("channel") == "pos" else "web",
        fulfillments=[_fulfillment(one) for one in told.get("shipments") or ()],
    )
    for line in told.get("lines") or ():
        variant = variants.get((line["product"], line.get("variant") or "")) or variants.get((line["product"], ""))
        if variant is not None:
            kept = store.line(variant, int(Decimal(str(line["quantity"]))), line.get("discount") or "", line["price"])
            order["lineItems"].append(kept | {"told": line["product"]})
    return order


def _fulfillment(told: dict[str, Any]) -> Node:
    tracking = {
        "__typename": "FulfillmentTrackingInfo",
        "company": told.get("carrier"),
        "url": told.get("tracking_url"),
    }
    return {
        "__typename": "Fulfillment",
        "createdAt": told.get("at"),
        "trackingInfo": [tracking],
        "displayStatus": SENT.get(told.get("status") or "", "FULFILLED"),
    }


def _refund(store: Store, told: dict[str, Any], order: Node) -> None:
    wanted = {line["product"]: int(Decimal(str(line["quantity"]))) for line in told.get("lines") or ()}
    pairs = [
        (line, min(wanted[line["told"]], line["quantity"])) for line in order["lineItems"] if line["told"] in wanted
    ]
    refund = store.refund(order, pairs, quiet=True)
    refund.update(createdAt=told["placed_at"], processedAt=told["placed_at"], updatedAt=told["placed_at"])
    order["updatedAt"] = told["placed_at"]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
