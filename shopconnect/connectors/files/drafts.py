"""One line's object to a draft, file by file; values.BadRow says what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
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

_Readers = Mapping[str, tuple[str, Callable[[Row, str], Any]]]  # by a draft's name: the key of it in a line

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
    """Read the line of shop.jsonl; a wrong value counts as missing, and an empty currency or time zone as not said."""
    needed = {"currency": None, "timezone": None, **row}
    return ShopDraft(**{"name": "", "currency": "", "timezone": "", **_optional_parts(needed, _SHOP_PARTS, row)})


def read_setting(row: Row) -> SettingDraft:
    """Read a line of settings."""
    return SettingDraft(name=values.needed_text(row, "name", most=60), value=values.json_value(row, "value"))


def read_product(row: Row) -> ProductDraft:
    """Read a line of products."""
    return ProductDraft(
        external_id=values.needed_id(row, "id"),
        title=values.needed_text(row, "title", most=2000),
        price=values.needed_amount(row, "price"),
        currency=values.currency(row),
        variants=tuple(_variants(row)),
        **_optional_parts(row, _PRODUCT_PARTS, row),
    )


def read_price(row: Row) -> PriceDraft:
    """Read a line of prices."""
    return PriceDraft(
        product=values.needed_id(row, "product"),
        variant=values.optional_id(row, "variant"),
        at=values.needed_time(row, "at"),
        currency=values.currency(row),
        price=values.needed_amount(row, "price"),
        **_optional_parts(row, _PRICE_PARTS, row),
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
    return CustomerDraft(external_id=values.needed_id(row, "id"), **_optional_parts(row, _CUSTOMER_PARTS, row))


def read_order(row: Row) -> OrderDraft:
    """Read a line of orders."""
    kind = row.get("kind") or "order"
    if kind not in ("order", "refund"):
        raise BadRow(gettext_noop('"kind" must be "order" or "refund".'))
    lines = tuple(_lines(row))
    check_total(lines)
    return OrderDraft(
        external_id=values.needed_id(row, "id"),
        kind=OrderKind(kind),
        placed_at=values.needed_time(row, "placed_at"),
        currency=values.currency(row),
        is_test=_is_true(row, "test"),
        cancelled_at=values.time(row, "cancelled_at"),  # one that cannot be read may not make a sale of it
        lines=lines,
        **_optional_parts(row, _ORDER_PARTS, row),
    )


def check_total(lines: Iterable[LineDraft]) -> None:
    """Raise BadRow where lines come to more than an amount may hold."""
    if sum([line.price * line.quantity for line in lines]) >= MOST_MONEY:
        raise BadRow(gettext_noop('The total of "lines" is more than twelve digits long.'))


def check_line(price: Decimal, quantity: Decimal) -> None:
    """Raise BadRow where what a line costs cannot be stored exactly."""
    if int((price * quantity).normalize().as_tuple().exponent) < SIX_DECIMALS:
        raise BadRow(gettext_noop('"price" times "quantity" has more than six decimals.'))


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


def _optional_parts(part: Row, readers: _Readers, line: Row) -> dict[str, Any]:
    """Return what a line, or a part of it, can do without: a wrong value costs itself, and nothing else."""
    found = {}
    for name, (key, read) in readers.items():
        if key in part:
            try:
                found[name] = read(part, key)
            except BadRow as fault:
                values.spare(line, fault)
    return found


def _variants(row: Row) -> Iterator[VariantDraft]:
    known = set()
    for part in _spared_rows(row, "variants"):
        try:
            external_id = values.needed_id(part, "id")
            if external_id in known:
                raise BadRow(gettext_noop('An id appears twice in "%(key)s".'), key="variants")
        except BadRow as fault:
            values.spare(row, fault)
        else:
            known.add(external_id)
            yield VariantDraft(external_id=external_id, **_optional_parts(part, _VARIANT_PARTS, row))


def _spared_rows(row: Row, key: str) -> list[Row]:
    """Return the objects under a key, none where what stands there is no list of objects."""
    try:
        return values.rows(row, key)
    except BadRow as fault:
        values.spare(row, fault)
        return []


def _hosts(row: Row, key: str) -> tuple[str, ...]:
    hosts = values.texts(row, key)
    if not all(HOST.fullmatch(host) for host in hosts):
        raise BadRow(gettext_noop('"hosts" must be lowercase host names, such as "shop.example.org".'))
    return hosts


def _languages(row: Row, key: str) -> tuple[str, ...]:
    return tuple(values.language(part, key) for part in values.texts(row, key))


def _image(row: Row, key: str) -> str:
    image = values.text(row, key, most=2000)
    if image and not image.startswith(("https://", "http://")) and not is_inside(image):
        raise BadRow(gettext_noop('"image" must be a URL or the path of an image inside the folder.'))
    return image


def _is_available(row: Row, key: str) -> bool:
    return values.flag(row, key) is not False


def _is_true(row: Row, key: str) -> bool:
    return values.flag(row, key) is True


def _translations(row: Row, key: str) -> tuple[TranslationDraft, ...]:
    languages = values.value_of(row, key)
    if languages is None:
        return ()
    if isinstance(languages, dict):
        languages = {name: words for name in languages if (words := values.value_of(languages, name)) is not None}
    if not isinstance(languages, dict) or not all(isinstance(words, dict) for words in languages.values()):
        raise BadRow(gettext_noop('"translations" must be an object of objects by language.'))
    return tuple(
        TranslationDraft(
            language=values.language(language, key),
            title=values.text(words, "title", most=2000),
            description=values.text(words, "description"),
            category=values.texts(words, "category"),
            url=_url(words, "url"),
        )
        for language, words in sorted(languages.items())
    )


def _lines(row: Row) -> Iterator[LineDraft]:
    """Yield the lines that can be read; raises BadRow where none of them can."""
    lines = values.rows(row, "lines", most=100_000)
    faults = []
    for line in lines:
        try:
            yield _line(line)
        except BadRow as fault:
            faults.append(fault)
    if faults and len(faults) == len(lines):
        raise faults[0]
    for spared in faults:
        values.spare(row, spared)


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
    check_line(price, quantity)
    return LineDraft(
        product=values.needed_id(row, "product"),
        quantity=quantity,
        price=price,
        discount=discount,
        variant=values.optional_id(row, "variant"),
        external_id=values.optional_id(row, "id"),
    )


def _shipments(row: Row, key: str) -> tuple[ShipmentDraft, ...]:
    """Return shipments; a wrong value of one costs itself."""
    return tuple(ShipmentDraft(**_optional_parts(part, _SHIPMENT_PARTS, row)) for part in _spared_rows(row, key))


def _email(row: Row, key: str) -> str:
    """Return the address, empty where it is none: an order with a broken address is still an order."""
    address = values.text(row, key, most=254).strip()
    return address if "@" in address else ""


def _url(row: Row, key: str) -> str:
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


_SHOP_PARTS: _Readers = {
    "name": ("name", partial(values.text, most=200)),
    "currency": ("currency", values.currency),
    "timezone": ("timezone", values.timezone),
    "languages": ("languages", _languages),
    "countries": ("countries", partial(values.texts, most=80)),
    "hosts": ("hosts", _hosts),
    "prices_include_tax": ("prices_include_tax", values.flag),
}
_PRODUCT_PARTS: _Readers = {
    "description": ("description", values.text),
    "vendor": ("vendor", partial(values.text, most=255)),
    "category": ("category", values.texts),
    "tags": ("tags", values.texts),
    "image": ("image", _image),
    "url": ("url", _url),
    "available": ("available", _is_available),
    "is_gift_card": ("gift_card", _is_true),
    "created_at": ("created_at", values.time),
    "deleted_at": ("deleted_at", values.time),
    "cost": ("cost", values.amount),
    "stock": ("stock", values.number),
    "translations": ("translations", _translations),
}
_VARIANT_PARTS: _Readers = {
    "sku": ("sku", values.optional_id),
    "title": ("title", partial(values.text, most=2000)),
    "price": ("price", values.amount),
    "compare_at_price": ("compare_at_price", values.amount),
    "cost": ("cost", values.amount),
    "stock": ("stock", values.number),
    "deleted_at": ("deleted_at", values.time),
}
_SHIPMENT_PARTS: _Readers = {
    "at": ("at", values.time),
    "carrier": ("carrier", partial(values.text, most=120)),
    "tracking_url": ("tracking_url", _url),
    "status": ("status", partial(values.text, most=60)),
}
_PRICE_PARTS: _Readers = {"compare_at_price": ("compare_at_price", values.amount), "cost": ("cost", values.amount)}
_CUSTOMER_PARTS: _Readers = {
    "email": ("email", _email),
    "country": ("country", partial(values.text, most=80)),
    "language": ("language", partial(values.text, most=35)),
    "created_at": ("created_at", values.time),
    "marketing_consent": ("marketing_consent", values.flag),
}
_ORDER_PARTS: _Readers = {
    "number": ("number", values.optional_id),
    "status": ("status", partial(values.text, most=60)),
    "channel": ("channel", partial(values.text, most=60)),
    "customer": ("customer", values.optional_id),
    "email": ("email", _email),
    "country": ("country", partial(values.text, most=80)),
    "refunds": ("refunds", values.optional_id),
    "arm": ("arm", partial(values.text, most=1)),
    "checkout": ("checkout", partial(values.text, most=64)),
    "shipments": ("shipments", _shipments),
}
