"""What Shopify says, in our words: tables from theirs to ours, amounts as decimals, ids as the number at their end."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from shopconnect.connectors.html import plain_text
from shopconnect.connectors.shopify import payloads
from shopconnect.connectors.shopify.checkouts import checkout_digest
from shopconnect.connectors.types import (
    CustomerDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    PageDraft,
    ProductDraft,
    ShipmentDraft,
    ShopDraft,
    StockDraft,
    TranslationDraft,
    VariantDraft,
)
from shopconnect.core.clock import known_timezone

NOTHING, SIX_DECIMALS = Decimal(0), Decimal("0.000001")
# The variant of a product without options: a name for machines, which no person ever sees.
ONLY_VARIANT = "Default Title"
# An unlisted product is for those who have its address: it is not to be suggested.
ON_SALE = frozenset({"ACTIVE"})
CHANNELS = {"web": "web", "pos": "pos", "iphone": "pos", "android": "pos", "shopify_draft_order": "draft"}
ARM_ATTRIBUTE = "_shopconnect_arm"  # of the cart; what begins with an underscore is shown to no shopper
CONSENTS = {"SUBSCRIBED": True, "UNSUBSCRIBED": False, "NOT_SUBSCRIBED": False, "PENDING": False}
# What a parcel is, where its own word is more exact than a merchant would say.
PARCELS = {
    "ATTEMPTED_DELIVERY": "attempted_delivery",
    "CARRIER_PICKED_UP": "in_transit",
    "CONFIRMED": "confirmed",
    "DELAYED": "delayed",
    "DELIVERED": "delivered",
    "FAILURE": "failed",
    "FULFILLED": "sent",
    "IN_TRANSIT": "in_transit",
    "LABEL_PRINTED": "confirmed",
    "LABEL_PURCHASED": "confirmed",
    "MARKED_AS_FULFILLED": "sent",
    "NOT_DELIVERED": "failed",
    "OUT_FOR_DELIVERY": "out_for_delivery",
    "PICKED_UP": "delivered",
    "READY_FOR_PICKUP": "ready_for_pickup",
    "SUBMITTED": "confirmed",
}
NEVER_SENT = frozenset({"CANCELED", "LABEL_VOIDED"})

_GID = re.compile(r"gid://shopify/[A-Za-z]+/([0-9]{1,20})(\?.*)?")
_NUMBER = re.compile(r"[0-9]{1,20}")


def gid(kind: str, external_id: str) -> str:
    """Return Shopify's global id of a resource."""
    return f"gid://shopify/{kind}/{external_id}"


def plain_id(global_id: str) -> str:
    """Return the number at the end of a global id, which is what we keep; empty where it is none."""
    found = _GID.fullmatch(global_id)
    return found[1] if found else ""


def is_plain_id(external_id: str) -> bool:
    """Say whether an id can be one of Shopify's: asking for one that cannot fails a whole query."""
    return _NUMBER.fullmatch(external_id) is not None


def shop_draft(shop: payloads.ShopPayload) -> ShopDraft:
    """Map the shop; its languages are those of its primary domain, the main one first."""
    domain = shop.primary_domain
    own = payloads.DomainPayload(host=shop.myshopify_domain)
    spoken = domain.localization if domain else None
    return ShopDraft(
        name=_text(shop.name, 200),
        currency=shop.currency_code,
        timezone=known_timezone(shop.iana_timezone),
        languages=(spoken.default_locale, *spoken.alternate_locales) if spoken else (),
        countries=tuple(shop.ships_to_countries),
        prices_include_tax=shop.taxes_included,
        hosts=tuple(dict.fromkeys(one.host for one in filter(None, [domain, own, *shop.domains]))),
        number=plain_id(shop.id),
    )


def product_drafts(product: payloads.ProductPayload) -> Iterator[ProductDraft | StockDraft]:
    """Map a product, then its stock by location."""
    variants = sorted(product.variants, key=lambda variant: (variant.position, _order(variant.id)))
    stocks = [stock for variant in variants if (stock := _stock(variant)) is not None]
    price = product.price_range_v2.min_variant_price if product.price_range_v2 else None
    yield ProductDraft(
        external_id=plain_id(product.id),
        title=_text(product.title) or plain_id(product.id),
        price=min((one.price for one in variants if one.price is not None), default=price.amount if price else NOTHING),
        currency=price.currency_code if price else "",
        description=_text(product.description),
        vendor=_text(product.vendor, 255),
        category=_category(product),
        tags=tuple(map(_text, product.tags)),
        image=_image(product),
        url=product.online_store_url or "",
        available=_is_available(product, variants),
        created_at=product.created_at,
        cost=_lowest_cost(variants),
        stock=sum(stocks, NOTHING) if stocks else None,
        is_gift_card=product.is_gift_card,
        translations=tuple(_translations(product.words)),
        variants=tuple(map(_variant, variants)),
        updated_at=product.updated_at,
    )
    yield from _levels(product, variants)


def customer_draft(customer: payloads.CustomerPayload) -> CustomerDraft:
    """Map a customer: no name, address or phone, and the e-mail address only at level 2."""
    email = customer.default_email_address
    return CustomerDraft(
        external_id=plain_id(customer.id),
        email=_text(email.email_address, 254) if email else "",
        language=_text(customer.locale, 35),
        created_at=customer.created_at,
        marketing_consent=CONSENTS.get(email.marketing_state or "") if email else None,
        updated_at=customer.updated_at,
    )


def order_drafts(order: payloads.OrderPayload, refunds: Mapping[str, payloads.RefundPayload]) -> Iterator[OrderDraft]:
    """Map an order, all of its lines, then its refunds, by their global ids.

    Of a line we count what is left of it and what was refunded, so that an edit counts at once and a refund once.
    """
    known = [refunds[named.id] for named in order.refunds if named.id in refunds]
    refunded: dict[str, int] = {}
    for line in (line for refund in known for line in refund.refund_line_items):
        refunded[line.line_item.id] = refunded.get(line.line_item.id, 0) + line.quantity
    lines = [_line(line, refunded.get(line.id, 0)) for line in sorted(order.line_items, key=lambda one: _order(one.id))]
    yield OrderDraft(
        external_id=plain_id(order.id),
        kind=OrderKind.ORDER,
        placed_at=order.processed_at or order.created_at,
        currency=order.currency_code,
        number=_text(order.name, 255),
        status=_status(order),
        channel=_channel(order),
        is_test=order.test,
        cancelled_at=order.cancelled_at,
        customer=_customer(order),
        email=_text(order.email, 254),
        country=(order.shipping_address.country_code_v2 or "") if order.shipping_address else "",
        signed_arm=_signed_arm(order),
        checkout=checkout_digest(order.checkout_token or ""),
        lines=tuple(line for line in lines if line.quantity > 0),
        shipments=tuple(_shipments(order.fulfillments)),
        updated_at=order.updated_at,
    )
    yield from (_refund(order, refund) for refund in known)


def _refund(order: payloads.OrderPayload, refund: payloads.RefundPayload) -> OrderDraft:
    sold = {line.id: line for line in order.line_items}  # a line that is newer than our order comes with its news
    return OrderDraft(
        external_id=plain_id(refund.id),
        kind=OrderKind.REFUND,
        refunds=plain_id(order.id),
        placed_at=refund.processed_at or refund.created_at or order.updated_at or order.created_at,
        currency=order.currency_code,
        channel=_channel(order),
        is_test=order.test,
        customer=_customer(order),
        email=_text(order.email, 254),
        updated_at=refund.updated_at,
        lines=(
            *(
                _refund_line(line, sold[line.line_item.id])
                for line in refund.refund_line_items
                if line.quantity > 0 and line.line_item.id in sold
            ),
            *_money_given_back(refund),
        ),
    )


def _variant(variant: payloads.VariantPayload) -> VariantDraft:
    cost = variant.inventory_item.unit_cost if variant.inventory_item else None
    return VariantDraft(
        external_id=plain_id(variant.id),
        sku=_text(variant.sku, 255),
        title="" if variant.title == ONLY_VARIANT else _text(variant.title),
        price=variant.price,
        compare_at_price=variant.compare_at_price,
        cost=cost.amount if cost else None,
        stock=_stock(variant),
    )


def _stock(variant: payloads.VariantPayload) -> Decimal | None:
    """Return how much there is of a variant in all, None where nobody counts."""
    if not variant.inventory_item or not variant.inventory_item.tracked:
        return None
    levels = [level for one in variant.inventory_item.inventory_levels if (level := _available(one)) is not None]
    return sum(levels, NOTHING) if levels else Decimal(variant.inventory_quantity or 0)


def _available(level: payloads.InventoryLevelPayload) -> Decimal | None:
    return next((Decimal(one.quantity) for one in level.quantities if one.name == "available"), None)


def _levels(product: payloads.ProductPayload, variants: Iterable[payloads.VariantPayload]) -> Iterator[StockDraft]:
    for variant in variants:
        item = variant.inventory_item
        for level in sorted(item.inventory_levels, key=lambda one: _order(one.id)) if item and item.tracked else ():
            amount, at = _available(level), level.updated_at or product.updated_at
            if amount is not None and at is not None and level.location:
                yield StockDraft(
                    product=plain_id(product.id),
                    variant=plain_id(variant.id),
                    at=at,
                    level=amount,
                    location=plain_id(level.location.id),
                )


def _is_available(product: payloads.ProductPayload, variants: Iterable[payloads.VariantPayload]) -> bool:
    is_shown = product.status in ON_SALE and product.online_store_url is not None
    return is_shown and any(variant.available_for_sale for variant in variants)


def _category(product: payloads.ProductPayload) -> tuple[str, ...]:
    """Return the place in Shopify's taxonomy, else the merchant's own word, else a collection that it is in."""
    if product.category:
        return tuple(product.category.full_name.split(" > "))
    collections = sorted(product.collections, key=lambda one: _order(one.id))
    named = product.product_type or (collections[0].title if collections else "")
    return (_text(named),) if named else ()


def _image(product: payloads.ProductPayload) -> str:
    preview = product.featured_media.preview if product.featured_media else None
    return (preview.image.url or "") if preview and preview.image else ""


def _lowest_cost(variants: Iterable[payloads.VariantPayload]) -> Decimal | None:
    items = [one.inventory_item for one in variants if one.inventory_item]
    return min((item.unit_cost.amount for item in items if item.unit_cost), default=None)


def page_drafts(page: payloads.PagePayload, written_in: str, *, is_policy: bool = False) -> Iterator[PageDraft]:
    """Yield a page as it is written, then its translations; of a policy Shopify translates the text alone."""
    yield PageDraft(title=page.title, html=page.body, is_policy=is_policy, language=written_in[:2], original=page.id)
    by_language: dict[str, dict[str, str]] = {}
    for word in page.words:
        by_language.setdefault(word.locale, {})[word.key] = word.value or ""
    for language, texts in sorted(by_language.items()):
        html = texts.get("body" if is_policy else "body_html", "")
        if html.strip():
            yield PageDraft(
                title=texts.get("title") or page.title,
                html=html,
                is_policy=is_policy,
                language=language[:2],
                original=page.id,
            )


def _translations(words: Iterable[payloads.TranslationPayload]) -> Iterator[TranslationDraft]:
    by_language: dict[str, dict[str, str]] = {}
    for word in words:
        by_language.setdefault(word.locale, {})[word.key] = word.value or ""
    for language, texts in sorted(by_language.items()):
        kind = _text(texts.get("product_type"))
        draft = TranslationDraft(
            language=language,
            title=_text(texts.get("title")),
            description=plain_text(texts.get("body_html", "")),
            category=(kind,) if kind else (),
        )
        if draft != TranslationDraft(language=language):
            yield draft


def _line(line: payloads.OrderLinePayload, refunded: int) -> LineDraft:
    left = line.quantity if line.current_quantity is None else line.current_quantity
    quantity = Decimal(min(line.quantity, left + refunded))
    price = _price(line)
    taken = sum((one.allocated_amount_set.shop_money.amount for one in line.discount_allocations), NOTHING)
    if quantity != line.quantity:  # discounts are told of all that was ordered
        taken = (taken * quantity / line.quantity).quantize(SIX_DECIMALS, ROUND_HALF_UP)
    return LineDraft(
        product=_sold(line.id, line.product),
        quantity=quantity,
        price=price,
        discount=min(taken, price * quantity),
        variant=plain_id(line.variant.id) if line.variant else "",
        external_id=plain_id(line.id),
    )


def _refund_line(line: payloads.RefundLinePayload, sold: payloads.OrderLinePayload) -> LineDraft:
    price, quantity = _price(sold), Decimal(line.quantity)
    return LineDraft(
        product=_sold(sold.id, sold.product),
        quantity=quantity,
        price=price,
        discount=max(NOTHING, price * quantity - line.subtotal_set.shop_money.amount),
        variant=plain_id(sold.variant.id) if sold.variant else "",
        external_id=plain_id(sold.id),
    )


def _money_given_back(refund: payloads.RefundPayload) -> Iterator[LineDraft]:
    """Yield what was given back beyond the goods, as lines of no product: sums hold."""
    for one in refund.order_adjustments:
        amount = -one.amount_set.shop_money.amount
        if amount > 0:
            adjustment = f"adjustment-{plain_id(one.id)}"
            yield LineDraft(product=adjustment, quantity=Decimal(1), price=amount, discount=NOTHING)


def _price(line: payloads.OrderLinePayload) -> Decimal:
    return line.original_unit_price_set.shop_money.amount if line.original_unit_price_set else NOTHING


def _sold(line_id: str, product: payloads.IdPayload | None) -> str:
    """Return the product of a line; what has none (a tip, one long deleted) gets an id of its own: sums hold."""
    return plain_id(product.id) if product else f"line-{plain_id(line_id)}"


def _customer(order: payloads.OrderPayload) -> str:
    return plain_id(order.customer.id) if order.customer else ""


def _status(order: payloads.OrderPayload) -> str:
    return "cancelled" if order.cancelled_at else (order.display_financial_status or "").lower()


def _channel(order: payloads.OrderPayload) -> str:
    """Return where it was sold; an app that sells bears a number, which says nothing to anybody."""
    name = order.source_name or ""
    return CHANNELS.get(name, "app" if name.isdigit() else _text(name, 60))


def _signed_arm(order: payloads.OrderPayload) -> str:
    """Return what our loader wrote on the cart of the arm; a shopper may write there too, so it bears our signature."""
    attributes = {one.key: one.value or "" for one in order.custom_attributes}
    return _text(attributes.get(ARM_ATTRIBUTE), 64)


def _shipments(fulfillments: Iterable[payloads.FulfillmentPayload]) -> Iterator[ShipmentDraft]:
    for one in fulfillments:
        if one.display_status in NEVER_SENT:
            continue
        for parcel in one.tracking_info or [payloads.TrackingPayload()]:
            yield ShipmentDraft(
                at=one.created_at,
                carrier=_text(parcel.company, 120),
                tracking_url=_url(parcel.url),
                status=PARCELS.get(one.display_status or "", "sent"),
            )


def _url(url: str | None) -> str:
    """Return a web address; anything that a page could run is no place to follow a parcel."""
    return url if url and url.startswith(("https://", "http://")) else ""


def _text(text: str | None, most: int = 200_000) -> str:
    return (text or "").replace("\0", "")[:most]


def _order(global_id: str) -> int:
    return int(plain_id(global_id) or 0)


def as_utc(moment: datetime) -> str:
    """Write a moment as a search does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
