"""What WooCommerce answers, named field by field as far as we read it; the names are also what we ask for.

Amounts come as text. What a plugin may have bent (an empty text for a list, null for a number) must not stop a sync.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce.types import PLATFORM
from shopconnect.core.observability.log import get_logger

_ResourceT = TypeVar("_ResourceT", bound="WooResource")
log = get_logger(__name__)


def _amount(value: Any) -> Decimal | None:
    """Read an amount; "" says that there is none."""
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _moment(value: Any) -> datetime | None:
    """Read one of WooCommerce's times that end in _gmt: UTC, and no zone beside it."""
    try:
        return datetime.fromisoformat(str(value).removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:  # null, or a date of zeros
        return None


def _rows(value: Any) -> Any:
    """Read a list; PHP writes an empty one and an empty map alike, and plugins write false."""
    return list(value.values()) if isinstance(value, dict) else value or []


def _by_name(value: Any) -> Any:
    return {name: one for name, one in value.items() if one} if isinstance(value, dict) else {}


WooAmount = Annotated[Decimal | None, BeforeValidator(_amount)]
WooTime = Annotated[datetime | None, BeforeValidator(_moment)]
Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, str | int | float) else "")]
WooRows = BeforeValidator(_rows)
WooByName = BeforeValidator(_by_name)


class WooResource(BaseModel):
    """Names in WooCommerce's spelling; whatever else comes is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WooTerm(WooResource):
    """A category, a tag or a brand; `parent` only where terms are listed themselves."""

    id: int
    name: Text = ""
    parent: int = 0


class WooImage(WooResource):
    """A picture."""

    src: Text = ""


class WooOption(WooResource):
    """Which option of an attribute a variation is."""

    option: Text = ""


class WooCost(WooResource):
    """What it costs the shop, where it keeps that."""

    total_value: WooAmount = None


class WooVariation(WooResource):
    """One variation of a product."""

    id: int
    status: Text = "publish"
    sku: Text = ""
    price: WooAmount = None
    regular_price: WooAmount = None
    sale_price: WooAmount = None
    date_on_sale_from_gmt: WooTime = None
    purchasable: bool = True
    manage_stock: bool | str = False  # "parent" where its product counts for it
    stock_quantity: WooAmount = None
    stock_status: Text = "instock"
    attributes: Annotated[list[WooOption], WooRows] = []
    cost_of_goods_sold: WooCost | None = None

    def plans_a_sale(self, moment: datetime) -> bool:
        """Say whether a reduction is set that has not begun by a moment."""
        begins = self.date_on_sale_from_gmt
        return self.sale_price is not None and begins is not None and begins > moment


class WooProduct(WooResource):
    """A product; `lang` and `translations` are of a plugin for languages: ids by language."""

    id: int
    type: Text = ""
    name: Text = ""
    status: Text = ""
    catalog_visibility: Text = ""
    post_password: Text = ""
    permalink: Text = ""
    description: Text = ""
    short_description: Text = ""
    date_created_gmt: WooTime = None
    date_modified_gmt: WooTime = None
    sku: Text = ""
    price: WooAmount = None
    regular_price: WooAmount = None
    purchasable: bool = True
    manage_stock: bool | str = False
    stock_quantity: WooAmount = None
    stock_status: Text = "instock"
    categories: Annotated[list[WooTerm], WooRows] = []
    tags: Annotated[list[WooTerm], WooRows] = []
    brands: Annotated[list[WooTerm], WooRows] = []
    images: Annotated[list[WooImage], WooRows] = []
    variations: Annotated[list[int], WooRows] = []
    cost_of_goods_sold: WooCost | None = None
    lang: Text = ""
    translations: Annotated[dict[str, int], WooByName] = {}

    @property
    def main_id(self) -> int:
        """The id by which we know it in all its languages: the oldest of them."""
        return min([self.id, *self.translations.values()])


class WooAddress(WooResource):
    """Of an address, what we read."""

    email: Text = ""
    country: Text = ""


class WooCustomer(WooResource):
    """One account."""

    id: int
    email: Text = ""
    date_created_gmt: WooTime = None
    date_modified_gmt: WooTime = None
    billing: WooAddress = WooAddress()


class WooLine(WooResource):
    """A line of an order, or of a refund, where what is given back is negative."""

    id: int
    product_id: int = 0
    variation_id: int = 0
    quantity: WooAmount = None
    subtotal: WooAmount = None
    subtotal_tax: WooAmount = None
    total: WooAmount = None
    total_tax: WooAmount = None


class WooRefundName(WooResource):
    """A refund as its order names it."""

    id: int


class WooMark(WooResource):
    """What our plugin wrote on an order: which arm of an experiment its buyer was in, signed by us."""

    arm: Text = ""


class WooRendered(WooResource):
    """A text of WordPress as HTML."""

    rendered: Text = ""


class WooPage(WooResource):
    """A page of WordPress that anybody may read; `lang` and `translations` are Polylang Pro's: ids by language."""

    id: int
    lang: Text = ""
    translations: Annotated[dict[str, int], WooByName] = {}
    title: WooRendered = WooRendered()
    content: WooRendered = WooRendered()


class WooPlugin(WooResource):
    """What our plugin says of itself: whether it was given the key of the shop's pages."""

    version: Text = ""
    connected: bool = False


class WooOrder(WooResource):
    """An order. Who bought is read as far as needed, and nothing of how they were traced."""

    id: int
    number: Text = ""
    status: Text = ""
    currency: Text = ""
    created_via: Text = ""
    prices_include_tax: bool = False
    customer_id: int = 0
    date_created_gmt: WooTime = None
    date_modified_gmt: WooTime = None
    billing: WooAddress = WooAddress()
    shipping: WooAddress = WooAddress()
    line_items: Annotated[list[WooLine], WooRows] = []
    refunds: Annotated[list[WooRefundName], WooRows] = []
    shopconnect: WooMark | None = None


class WooRefund(WooResource):
    """What was given back of an order."""

    id: int
    date_created_gmt: WooTime = None
    amount: WooAmount = None
    line_items: Annotated[list[WooLine], WooRows] = []
    shipping_lines: Annotated[list[WooLine], WooRows] = []
    fee_lines: Annotated[list[WooLine], WooRows] = []


class WooIndex(WooResource):
    """What WordPress says of itself to anybody."""

    name: Text = ""
    timezone_string: Text = ""
    gmt_offset: float = 0
    home: Text = ""
    url: Text = ""
    namespaces: Annotated[list[str], WooRows] = []
    routes: Annotated[dict[str, Any] | list[str], BeforeValidator(lambda value: value or [])] = []


class WooEnvironment(WooResource):
    """Where the shop runs."""

    home_url: Text = ""
    site_url: Text = ""
    store_id: Text = ""
    language: Text = ""
    version: Text = ""
    wp_version: Text = ""
    wp_cron: bool | None = None


class WooCurrency(WooResource):
    """In what the shop counts."""

    currency: Text = ""


class WooStatus(WooResource):
    """The shop's own report, of which we ask for a little."""

    environment: WooEnvironment = WooEnvironment()
    settings: WooCurrency = WooCurrency()


class WooSetting(WooResource):
    """One of its settings."""

    id: Text = ""
    value: Any = None


class WooWebhook(WooResource):
    """A webhook that the shop was asked for."""

    id: int
    topic: Text = ""
    status: Text = ""
    delivery_url: Text = ""


class WooRefusal(WooResource):
    """Why WooCommerce does not do something, in the shop's language."""

    code: Text = ""
    message: Text = ""


class WooBatchItem(WooResource):
    """What came of one of many that were sent together."""

    id: int
    error: WooRefusal | None = None


def fields_of(resource: type[WooResource]) -> str:
    """Return what to ask for, so that a shop neither writes nor sends the rest."""
    return ",".join(resource.model_fields)


def read_resource(resource: type[_ResourceT], found: Any) -> _ResourceT:
    """Return what an answer says; raises ConnectorError where it makes no sense."""
    try:
        return resource.model_validate(found)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise ConnectorError(PLATFORM, 200, permanent=True, detail=f"{resource.__name__}: {place}") from error


def read_resources(resource: type[_ResourceT], found: Any) -> Iterator[_ResourceT]:
    """Yield what a list says; one that makes no sense is logged and keeps no other back."""
    if not isinstance(found, list):
        raise ConnectorError(PLATFORM, 200, permanent=True, detail=f"no list of {resource.__name__}")
    for row in found:
        try:
            yield read_resource(resource, row)
        except ConnectorError as error:
            log.warning("resource_unread", platform=PLATFORM, detail=error.detail)
