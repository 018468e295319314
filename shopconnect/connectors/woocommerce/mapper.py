"""What WooCommerce says, in our words: amounts as decimals, ids as texts, HTML as a reader sees it."""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from shopconnect.connectors.html import plain_text
from shopconnect.connectors.types import (
    CustomerDraft,
    OrderDraft,
    OrderKind,
    PageDraft,
    ProductDraft,
    ShopDraft,
    TranslationDraft,
    VariantDraft,
)
from shopconnect.connectors.woocommerce.lines import NOTHING, ProductOf, line_drafts, refund_lines
from shopconnect.connectors.woocommerce.payloads import (
    WooCost,
    WooCustomer,
    WooIndex,
    WooOrder,
    WooPage,
    WooProduct,
    WooRefund,
    WooStatus,
    WooTerm,
    WooVariation,
)
from shopconnect.core.clock import known_timezone

# What WooCommerce's own reports leave out as well; an order that waits for a transfer counts there and here.
NOT_BOUGHT = frozenset({"pending", "cancelled", "failed"})
CART = "checkout-draft"  # not an order yet: somebody is filling in the checkout
CHANNELS = {"checkout": "web", "store-api": "web", "admin": "draft", "rest-api": "app", "pos-rest-api": "pos"}
OUT_OF_STOCK, PARENT, SHOWN = "outofstock", "parent", "publish"
ERASED = "deleted@site.invalid"  # in the place of an address that WordPress erased
HIDDEN = frozenset({"hidden", "search"})  # not in the shop's lists
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
MOST_LEVELS = 10  # of categories, which may be in a circle


def shop_draft(index: WooIndex, status: WooStatus, prices_include_tax: bool | None) -> ShopDraft:
    """Map the shop."""
    addresses = (status.environment.home_url, status.environment.site_url, index.home, index.url)
    hosts = (urlsplit(address).hostname or "" for address in addresses)
    language = status.environment.language.partition("_")[0]
    return ShopDraft(
        name=_text(index.name, 200),
        currency=status.settings.currency,
        timezone=_timezone(index),
        languages=(language,) if language else (),
        hosts=tuple(dict.fromkeys(filter(None, hosts))),
        prices_include_tax=prices_include_tax,
        number=status.environment.store_id,
    )


def page_draft(page: WooPage) -> PageDraft:
    """Return what a page says; what translates each other shares the lowest of its ids."""
    original = str(min([page.id, *page.translations.values()])) if page.lang else ""
    title, text = html.unescape(page.title.rendered), page.content.rendered
    return PageDraft(title=title, html=text, language=page.lang[:2], original=original)


def product_draft(
    product: WooProduct,
    variations: Iterable[WooVariation],
    others: Iterable[WooProduct],
    categories: Mapping[int, WooTerm],
    currency: str,
) -> ProductDraft:
    """Map a product with its variations; `others` are the same product in other languages."""
    sold = sorted((one for one in variations if one.status == SHOWN), key=lambda one: one.id)
    variants = tuple(_variant(one) for one in sold) if sold else (_only_variant(product),)
    prices = [one.price for one in variants if one.price is not None]
    return ProductDraft(
        external_id=str(product.main_id),
        title=_text(product.name, 500) or str(product.id),
        price=min(prices, default=product.price or NOTHING),
        currency=currency,
        description=_words(product),
        vendor=_text(product.brands[0].name, 255) if product.brands else "",
        category=_category(product, categories),
        tags=tuple(_text(one.name, 255) for one in product.tags),
        image=product.images[0].src if product.images else "",
        url=product.permalink if product.status == SHOWN else "",
        available=_is_available(product, sold),
        created_at=product.date_created_gmt,
        cost=min((one.cost for one in variants if one.cost is not None), default=None),
        stock=_stock(product, sold),
        translations=tuple(_translation(one) for one in sorted(others, key=lambda one: one.lang)),
        variants=variants,
        updated_at=max(map(product_time, (product, *others))),
    )


def product_time(product: WooProduct) -> datetime:
    """Return when a product changed; what was brought in past WooCommerce may have no time at all."""
    return product.date_modified_gmt or product.date_created_gmt or NO_TIME


def customer_draft(customer: WooCustomer) -> CustomerDraft:
    """Map a customer: no name, address or phone."""
    return CustomerDraft(
        external_id=str(customer.id),
        email=_email(customer.email),
        country=customer.billing.country,
        created_at=customer.date_created_gmt,
        updated_at=customer.date_modified_gmt or customer.date_created_gmt,
    )


def order_drafts(order: WooOrder, refunds: Iterable[WooRefund], product_of: ProductOf) -> Iterator[OrderDraft]:
    """Map an order, then its refunds; `product_of` gives the product that an id belongs to in any language."""
    placed_at = order.date_created_gmt or order.date_modified_gmt or NO_TIME
    updated_at = order.date_modified_gmt or placed_at
    customer, email = str(order.customer_id or ""), _email(order.billing.email)
    channel = CHANNELS.get(order.created_via, _text(order.created_via, 60))
    lines = line_drafts(order.line_items, is_gross=order.prices_include_tax, product_of=product_of)
    yield OrderDraft(
        external_id=str(order.id),
        kind=OrderKind.ORDER,
        placed_at=placed_at,
        currency=order.currency,
        number=_text(order.number, 255),
        status=order.status,
        channel=channel,
        cancelled_at=updated_at if order.status in NOT_BOUGHT else None,
        customer=customer,
        email=email,
        country=order.shipping.country or order.billing.country,
        signed_arm=_text(order.shopconnect.arm, 64) if order.shopconnect else "",
        lines=tuple(lines),
        is_erased=order.billing.email == ERASED,
        updated_at=updated_at,
    )
    for refund in sorted(refunds, key=lambda one: one.id):
        yield OrderDraft(
            external_id=str(refund.id),
            kind=OrderKind.REFUND,
            refunds=str(order.id),
            placed_at=refund.date_created_gmt or updated_at,
            currency=order.currency,
            channel=channel,
            customer=customer,
            email=email,
            lines=tuple(refund_lines(order, refund, product_of)),
            updated_at=updated_at,
        )


def _variant(variation: WooVariation) -> VariantDraft:
    return VariantDraft(
        external_id=str(variation.id),
        sku=_text(variation.sku, 255),
        title=_text(", ".join(one.option for one in variation.attributes if one.option), 255),
        price=variation.price,
        compare_at_price=_compare_at(variation),
        cost=_cost(variation.cost_of_goods_sold),
        stock=_own_stock(variation),
    )


def _only_variant(product: WooProduct) -> VariantDraft:
    """Return what is sold of a product without variations: it bears the product's id."""
    return VariantDraft(
        external_id=str(product.main_id),
        sku=_text(product.sku, 255),
        price=product.price,
        compare_at_price=_compare_at(product),
        cost=_cost(product.cost_of_goods_sold),
        stock=_own_stock(product),
    )


def _compare_at(one: WooProduct | WooVariation) -> Decimal | None:
    regular = one.regular_price
    return regular if regular is not None and one.price is not None and regular > one.price else None


def _cost(cost: WooCost | None) -> Decimal | None:
    return cost.total_value if cost and cost.total_value else None


def _own_stock(one: WooProduct | WooVariation) -> Decimal | None:
    """Return how much there is, None where nobody counts, or where the product counts for its variations."""
    return one.stock_quantity if one.manage_stock is True else None


def _stock(product: WooProduct, sold: Sequence[WooVariation]) -> Decimal | None:
    counted = [_own_stock(one) for one in sold] or [_own_stock(product)]
    if any(one.manage_stock == PARENT for one in sold):
        counted.append(product.stock_quantity)
    known = [amount for amount in counted if amount is not None]
    return sum(known, NOTHING) if known else None


def _is_available(product: WooProduct, sold: Sequence[WooVariation]) -> bool:
    is_shown = product.status == SHOWN and product.catalog_visibility not in HIDDEN and not product.post_password
    to_be_had: Sequence[WooProduct | WooVariation] = sold or [product]
    return is_shown and any(one.purchasable and one.stock_status != OUT_OF_STOCK for one in to_be_had)


def _category(product: WooProduct, categories: Mapping[int, WooTerm]) -> tuple[str, ...]:
    """Return the longest way to one of its categories, of equals the first."""
    ways = [_way(one, categories) for one in sorted(product.categories, key=lambda one: one.id)]
    return max(ways, key=len, default=())


def _way(term: WooTerm, categories: Mapping[int, WooTerm]) -> tuple[str, ...]:
    way, above = [_text(term.name, 255)], categories.get(term.id, term).parent
    while above in categories and len(way) < MOST_LEVELS:
        way.insert(0, _text(categories[above].name, 255))
        above = categories[above].parent
    return tuple(way)


def _translation(product: WooProduct) -> TranslationDraft:
    return TranslationDraft(
        language=product.lang,
        title=_text(product.name, 500),
        description=_words(product),
        category=(_text(product.categories[0].name, 255),) if product.categories else (),
        url=product.permalink if product.status == SHOWN else "",
    )


def _words(product: WooProduct) -> str:
    return plain_text(f"{product.short_description} {product.description}")[:200_000]


def _email(address: str) -> str:
    return "" if address == ERASED else _text(address, 254)


def _timezone(index: WooIndex) -> str:
    """Return a zone by its name; a shop may also say by how many hours it differs, and POSIX counts those backwards."""
    if index.timezone_string:
        return known_timezone(index.timezone_string)
    hours = index.gmt_offset
    return known_timezone(f"Etc/GMT{-int(hours):+d}") if hours and hours == int(hours) else "UTC"


def _text(text: str, most: int) -> str:
    """Return a name as a reader sees it: WordPress keeps signs as entities."""
    return html.unescape(text).replace("\0", "").strip()[:most]
