"""A draft to one line's object, the reverse of drafts: keys in the order of the format, what is empty left out."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from shopconnect.connectors.types import (
    ConsentDraft,
    CustomerDraft,
    EventDraft,
    LineDraft,
    OrderDraft,
    PriceDraft,
    ProductDraft,
    SettingDraft,
    ShipmentDraft,
    ShopDraft,
    StockDraft,
    TranslationDraft,
    VariantDraft,
)
from shopconnect.core.clock import write_optional_time
from shopconnect.core.money import write_amount


def shop_row(shop: ShopDraft) -> dict[str, Any]:
    """Write the line of shop.jsonl."""
    return _without_empty(
        {
            # Lists in the place of tuples, for an empty tuple would not be left out as an empty list is.
            **asdict(shop),
            "languages": list(shop.languages),
            "countries": list(shop.countries),
            "hosts": list(shop.hosts),
        }
    )


def setting_row(setting: SettingDraft) -> dict[str, Any]:
    """Write a line of settings."""
    return {"name": setting.name, "value": setting.value}


def product_row(product: ProductDraft) -> dict[str, Any]:
    """Write a line of products."""
    return _without_empty(
        {
            "id": product.external_id,
            "title": product.title,
            "price": _money(product.price),
            "currency": product.currency,
            "description": product.description,
            "vendor": product.vendor,
            "category": list(product.category),
            "tags": list(product.tags),
            "image": product.image,
            "url": product.url,
            "available": product.available,
            "gift_card": product.is_gift_card or None,
            "created_at": write_optional_time(product.created_at),
            "cost": _money(product.cost),
            "stock": _number(product.stock),
            "translations": {words.language: _translation(words) for words in product.translations},
            "variants": [_variant(variant) for variant in product.variants],
            "deleted_at": write_optional_time(product.deleted_at),
        }
    )


def price_row(price: PriceDraft) -> dict[str, Any]:
    """Write a line of prices."""
    return _without_empty(
        {
            "product": price.product,
            "variant": price.variant,
            "at": write_optional_time(price.at),
            "price": _money(price.price),
            "currency": price.currency,
            "compare_at_price": _money(price.compare_at_price),
            "cost": _money(price.cost),
        }
    )


def stock_row(stock: StockDraft) -> dict[str, Any]:
    """Write a line of stock."""
    location = "" if stock.location == "default" else stock.location
    return _without_empty(
        {
            "product": stock.product,
            "variant": stock.variant,
            "location": location,
            "at": write_optional_time(stock.at),
            "level": _number(stock.level),
        }
    )


def customer_row(customer: CustomerDraft) -> dict[str, Any]:
    """Write a line of customers."""
    return _without_empty(
        {
            "id": customer.external_id,
            "email": customer.email,
            "country": customer.country,
            "language": customer.language,
            "created_at": write_optional_time(customer.created_at),
            "marketing_consent": customer.marketing_consent,
        }
    )


def order_row(order: OrderDraft) -> dict[str, Any]:
    """Write a line of orders."""
    return _without_empty(
        {
            "id": order.external_id,
            "kind": order.kind.value,
            "placed_at": write_optional_time(order.placed_at),
            "currency": order.currency,
            "number": order.number,
            "status": order.status,
            "channel": order.channel,
            # Nearly no order is a test, so only those that are say it.
            "test": order.is_test or None,
            "cancelled_at": write_optional_time(order.cancelled_at),
            "customer": order.customer,
            "email": order.email,
            "country": order.country,
            "refunds": order.refunds,
            "arm": order.arm,
            "checkout": order.checkout,
            "lines": [_line(line) for line in order.lines],
            "shipments": [_shipment(part) for part in order.shipments],
        }
    )


def event_row(event: EventDraft) -> dict[str, Any]:
    """Write a line of events."""
    return _without_empty(
        {
            "id": str(event.id),
            "name": event.name,
            "at": write_optional_time(event.at),
            "visit": event.visit,
            "visitor": event.visitor,
            "customer": event.customer,
            "product": event.product,
            "products": list(event.products),
            "query": event.query,
            "page": event.page,
            "source": event.source,
            "medium": event.medium,
            "campaign": event.campaign,
            "value": _money(event.value),
            "currency": event.currency,
            "order": event.order,
            "checkout": event.checkout,
            "shelf": event.shelf,
            "model": event.model,
            "reasons": list(event.reasons),
        }
    )


def consent_row(consent: ConsentDraft) -> dict[str, Any]:
    """Write a line of consents."""
    return _without_empty(
        {
            "visitor": consent.visitor,
            "customer": consent.customer,
            "purpose": consent.purpose,
            "given": consent.is_given,
            "at": write_optional_time(consent.at),
            "source": consent.source,
        }
    )


def _variant(variant: VariantDraft) -> dict[str, Any]:
    return _without_empty(
        {
            "id": variant.external_id,
            "sku": variant.sku,
            "title": variant.title,
            "price": _money(variant.price),
            "compare_at_price": _money(variant.compare_at_price),
            "cost": _money(variant.cost),
            "stock": _number(variant.stock),
            "deleted_at": write_optional_time(variant.deleted_at),
        }
    )


def _translation(words: TranslationDraft) -> dict[str, Any]:
    return _without_empty(
        {"title": words.title, "description": words.description, "category": list(words.category), "url": words.url}
    )


def _line(line: LineDraft) -> dict[str, Any]:
    # A shop has far more lines than anything else: the usual one is written without looking at what it lacks.
    row = {"product": line.product, "quantity": _number(line.quantity), "price": _money(line.price)}
    if line.variant or line.discount or line.external_id:
        discount = _money(line.discount) if line.discount else None
        row |= _without_empty({"variant": line.variant, "discount": discount, "id": line.external_id})
    return row


def _shipment(shipment: ShipmentDraft) -> dict[str, Any]:
    return _without_empty(
        {
            "at": write_optional_time(shipment.at),
            "carrier": shipment.carrier,
            "tracking_url": shipment.tracking_url,
            "status": shipment.status,
        }
    )


def _without_empty(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty; false and zero are something."""
    return {key: value for key, value in row.items() if value is not None and value not in ("", [], {})}


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else write_amount(amount)


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    # Quantities have three decimals at most, which a float gives back as they were; money is text.
    return int(number) if number == number.to_integral_value() else float(number)
