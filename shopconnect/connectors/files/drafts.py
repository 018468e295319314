"""One line's object to a draft, file by file; values.BadRow says what is wrong with it."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from shopconnect.connectors.files import values
from shopconnect.connectors.files.images import is_inside
from shopconnect.connectors.files.values import BadRow, Row, gettext_noop
from shopconnect.connectors.types import (
    ConsentDraft,
    CustomerDraft,
    EventDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    PriceDraft,
    ProductDraft,
    SettingDraft,
    ShipmentDraft,
    ShopDraft,
    StockDraft,
    TranslationDraft,
    VariantDraft,
)
from shopconnect.core.clock import now

EVENT_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
OUR_EVENTS = UUID("6f0f7a0e-6f2b-5d0e-9a55-6d2b1c5a7e11")  # the name space of event ids that are no UUIDs
# Most events have few of these, and hundreds of thousands are read.
_EVENT_PARTS: dict[str, Callable[[Row, str], Any]] = {
    "visitor": partial(values.optional_id, most=64),
    "customer": values.optional_id,
    "product": values.optional_id,
    "products": values.texts,
    "query": partial(values.text, most=1000),
    "page": partial(values.text, most=4000),
    "source": partial(values.text, most=255),
    "medium": partial(values.text, most=255),
    "campaign": partial(values.text, most=255),
    "order": values.optional_id,
    "checkout": partial(values.text, most=64),
    "shelf": partial(values.text, most=20),
    "model": partial(values.text, most=64),
    "reasons": values.texts,
}
SIX_DECIMALS, NOTHING, MOST_MONEY = -6, Decimal(0), Decimal(10**12)
LATEST_EVENT, EARLIEST_EVENT_YEAR = timedelta(days=365), 2000


def read_shop(row: Row) -> ShopDraft:
    """Read the line of shop.jsonl."""
    hosts = values.texts(row, "hosts")
    if not all(HOST.fullmatch(host) for host in hosts):
        raise BadRow(gettext_noop('"hosts" must be lowercase host names, such as "shop.example.org".'))
    return ShopDraft(
        name=values.text(row, "name", most=200),
        currency=values.currency(row),
        timezone=values.timezone(row, "timezone"),
        languages=tuple(values.language(part, "languages") for part in values.texts(row, "languages")),
        countries=values.texts(row, "countries", most=80),
        hosts=hosts,
        prices_include_tax=values.flag(row, "prices_include_tax"),
    )


def read_setting(row: Row) -> SettingDraft:
    """Read a line of settings."""
    return SettingDraft(name=values.needed_text(row, "name", most=60), value=row.get("value"))


def read_product(row: Row) -> ProductDraft:
    """Read a line of products."""
    variants = tuple(_variant(part) for part in values.rows(row, "variants"))
    values.once((variant.external_id for variant in variants), "variants")
    image = values.text(row, "image", most=2000)
    if image and not image.startswith(("https://", "http://")) and not is_inside(image):
        raise BadRow(gettext_noop('"image" must be a URL or the path of an image inside the folder.'))
    return ProductDraft(
        external_id=values.needed_id(row, "id"),
        title=values.needed_text(row, "title", most=2000),
        price=values.needed_amount(row, "price"),
        currency=values.currency(row),
        description=values.text(row, "description"),
        vendor=values.text(row, "vendor", most=255),
        category=values.texts(row, "category"),
        tags=values.texts(row, "tags"),
        image=image,
        url=_url(row),
        available=values.flag(row, "available") is not False,
        is_gift_card=values.flag(row, "gift_card") is True,
        created_at=values.time(row, "created_at"),
        deleted_at=values.time(row, "deleted_at"),
        cost=values.amount(row, "cost"),
        stock=values.number(row, "stock"),
        translations=_translations(row),
        variants=variants,
    )


def read_price(row: Row) -> PriceDraft:
    """Read a line of prices."""
    return PriceDraft(
        product=values.needed_id(row, "product"),
        variant=values.optional_id(row, "variant"),
        at=values.needed_time(row, "at"),
        currency=values.currency(row),
        price=values.needed_amount(row, "price"),
        compare_at_price=values.amount(row, "compare_at_price"),
        cost=values.amount(row, "cost"),
    )


def read_stock(row: Row) -> StockDraft:
    """Read a line of stock."""
    return StockDraft(
        product=values.needed_id(row, "product"),
        variant=values.optional_id(row, "variant"),
        location=values.optional_id(row, "location") or "default",
        at=values.needed_time(row, "at"),
        level=values.needed_number(row, "level"),
    )


def read_customer(row: Row) -> CustomerDraft:
    """Read a line of customers."""
    return CustomerDraft(
        external_id=values.needed_id(row, "id"),
        email=_email(row),
        country=values.text(row, "country", most=80),
        language=values.text(row, "language", most=35),
        created_at=values.time(row, "created_at"),
        marketing_consent=values.flag(row, "marketing_consent"),
    )


def read_order(row: Row) -> OrderDraft:
    """Read a line of orders."""
    kind = row.get("kind") or "order"
    if kind not in ("order", "refund"):
        raise BadRow(gettext_noop('"kind" must be "order" or "refund".'))
    lines = tuple([_line(line) for line in values.rows(row, "lines", most=100_000)])
    if sum([line.price * line.quantity for line in lines]) >= MOST_MONEY:
        raise BadRow(gettext_noop('The total of "lines" is more than twelve digits long.'))
    return OrderDraft(
        external_id=values.needed_id(row, "id"),
        kind=OrderKind(kind),
        placed_at=values.needed_time(row, "placed_at"),
        currency=values.currency(row),
        number=values.optional_id(row, "number"),
        status=values.text(row, "status", most=60),
        channel=values.text(row, "channel", most=60),
        is_test=values.flag(row, "test") is True,
        cancelled_at=values.time(row, "cancelled_at"),
        customer=values.optional_id(row, "customer"),
        email=_email(row),
        country=values.text(row, "country", most=80),
        refunds=values.optional_id(row, "refunds"),
        arm=values.text(row, "arm", most=1),
        checkout=values.text(row, "checkout", most=64),
        lines=lines,
        shipments=tuple(_shipment(part) for part in values.rows(row, "shipments")),
    )


def read_event(row: Row) -> EventDraft:
    """Read a line of events; an id that is no UUID becomes one, always the same."""
    name, at = values.needed_text(row, "name"), values.needed_time(row, "at")
    if not EVENT_NAME.fullmatch(name):
        raise BadRow(gettext_noop('"name" must be lowercase letters, digits and underscores, such as "view_item".'))
    if at.year < EARLIEST_EVENT_YEAR or at > now() + LATEST_EVENT:
        raise BadRow(gettext_noop('"at" must be between the year 2000 and a year from now.'))
    value = values.amount(row, "value")
    return EventDraft(
        id=_event_id(values.needed_id(row, "id")),
        name=name,
        at=at,
        visit=values.needed_id(row, "visit", most=64),
        value=value,
        currency=values.currency(row) if value is not None or row.get("currency") else "",
        **{key: read(row, key) for key, read in _EVENT_PARTS.items() if key in row},
    )


def read_consent(row: Row) -> ConsentDraft:
    """Read a line of consents."""
    visitor, customer = values.optional_id(row, "visitor", most=64), values.optional_id(row, "customer")
    given = values.flag(row, "given")
    if bool(visitor) == bool(customer):
        raise BadRow(gettext_noop('Give either "visitor" or "customer", not both.'))
    if given is None:
        raise BadRow(values.MISSING, key="given")
    return ConsentDraft(
        visitor=visitor,
        customer=customer,
        purpose=values.needed_text(row, "purpose", most=40),
        is_given=given,
        at=values.needed_time(row, "at"),
        source=values.text(row, "source", most=120),
    )


def _variant(row: Row) -> VariantDraft:
    return VariantDraft(
        external_id=values.needed_id(row, "id"),
        sku=values.optional_id(row, "sku"),
        title=values.text(row, "title", most=2000),
        price=values.amount(row, "price"),
        compare_at_price=values.amount(row, "compare_at_price"),
        cost=values.amount(row, "cost"),
        stock=values.number(row, "stock"),
        deleted_at=values.time(row, "deleted_at"),
    )


def _translations(row: Row) -> tuple[TranslationDraft, ...]:
    languages = row.get("translations")
    if languages is None:
        return ()
    if not isinstance(languages, dict) or not all(isinstance(words, dict) for words in languages.values()):
        raise BadRow(gettext_noop('"translations" must be an object of objects by language.'))
    return tuple(
        TranslationDraft(
            language=values.language(language, "translations"),
            title=values.text(words, "title", most=2000),
            description=values.text(words, "description"),
            category=values.texts(words, "category"),
            url=_url(words),
        )
        for language, words in sorted(languages.items())
    )


def _line(row: Row) -> LineDraft:
    """A million of these are read: the usual line takes the short way, any other the explaining one."""
    product, quantity, price = row.get("product"), row.get("quantity"), row.get("price")
    if len(row) == 3 and type(product) is str and 0 < len(product) <= values.ID_LENGTH:  # noqa: PLR2004
        amount = values.read_amount(price) if type(price) is str else None
        if amount is not None and amount >= 0 and type(quantity) is int and 0 < quantity < values.LARGEST_QUANTITY:
            return LineDraft(product, Decimal(quantity), amount, NOTHING)
    return _explained_line(row)


def _explained_line(row: Row) -> LineDraft:
    quantity, price = values.needed_number(row, "quantity"), values.needed_amount(row, "price")
    discount = values.amount(row, "discount") or NOTHING
    gross = price * quantity
    if quantity <= 0:
        raise BadRow(gettext_noop('"quantity" must be greater than zero; for a refund, set "kind".'))
    if discount > gross:
        raise BadRow(gettext_noop('"discount" is greater than the line total.'))
    if int(gross.normalize().as_tuple().exponent) < SIX_DECIMALS:
        raise BadRow(gettext_noop('"price" times "quantity" has more than six decimals.'))
    return LineDraft(
        product=values.needed_id(row, "product"),
        quantity=quantity,
        price=price,
        discount=discount,
        variant=values.optional_id(row, "variant"),
        external_id=values.optional_id(row, "id"),
    )


def _shipment(row: Row) -> ShipmentDraft:
    return ShipmentDraft(
        at=values.time(row, "at"),
        carrier=values.text(row, "carrier", most=120),
        tracking_url=_url(row, "tracking_url"),
        status=values.text(row, "status", most=60),
    )


def _email(row: Row) -> str:
    """Return the address, empty where it is none: an order with a broken address is still an order."""
    address = values.text(row, "email", most=254).strip()
    return address if "@" in address else ""


def _url(row: Row, key: str = "url") -> str:
    """Return a web address or a path; anything that a page could run is refused."""
    value = values.text(row, key, most=4000).strip()
    scheme = value.split(":", 1)[0].lower() if ":" in value.split("/", 1)[0] else ""
    if scheme not in ("", "http", "https"):
        raise BadRow(gettext_noop('"%(key)s" must be a URL.'), key=key)
    return value


def _event_id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        return uuid5(OUR_EVENTS, value)
