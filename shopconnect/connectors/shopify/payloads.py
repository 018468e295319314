"""What Shopify answers, named field by field as far as we read it. What its schema lets be null may be null."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from shopconnect.connectors.shopify.types import PLATFORM
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.observability.log import get_logger

_NodeT = TypeVar("_NodeT")
_ShapeT = TypeVar("_ShapeT", bound="Shape")
log = get_logger(__name__)


class Shape(BaseModel):
    """Names in Shopify's spelling; whatever else comes is left out."""

    # "ignore", for Shopify adds fields in each version, and none of them may stop a sync.
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore")


class PageInfo(Shape):
    """Where a list goes on."""

    has_next_page: bool = False
    end_cursor: str | None = None

    @property
    def next_cursor(self) -> str:
        """Where to go on, empty at the end."""
        # The last page has a cursor too, behind which nothing comes.
        return self.end_cursor or "" if self.has_next_page else ""


class Nodes(Shape, Generic[_NodeT]):
    """A page of a list. Where it is nested, the rest is asked for by the parent's id."""

    # What cannot be shown is null, and keeps no other back.
    nodes: list[_NodeT | None] = Field(default_factory=list)
    page_info: PageInfo = PageInfo()

    def __iter__(self) -> Iterator[_NodeT]:  # type: ignore[override]  # a page is its nodes, not its fields
        return (node for node in self.nodes if node is not None)


class IdPayload(Shape):
    """Something of which only the id is read."""

    id: str


class MoneyPayload(Shape):
    """Money, in the currency of the shop."""

    amount: Decimal
    currency_code: str = ""


class MoneyBagPayload(Shape):
    """Money in the shop's currency, beside what the shopper saw."""

    shop_money: MoneyPayload


class TranslationPayload(Shape):
    """One field of a product in one language."""

    key: str
    locale: str
    value: str | None = None


class WithWords(Shape):
    """Something whose words in other languages come under names made from these (queries.py), and are kept aside."""

    model_config = ConfigDict(extra="allow")

    @property
    def words(self) -> list[TranslationPayload]:
        """What was said of it in other languages."""
        lists = [found for name, found in (self.model_extra or {}).items() if name.startswith("words_") and found]
        return [word for found in lists for word in read_each(TranslationPayload, found)]


class PagePayload(WithWords):
    """A page of the shop's own, or one of its policies."""

    id: str
    title: str
    body: str
    is_published: bool = True


class ImagePayload(Shape):
    """A picture."""

    url: str | None = None


class PreviewPayload(Shape):
    """The still picture of any medium."""

    image: ImagePayload | None = None


class MediaPayload(Shape):
    """A picture, a film or a model."""

    preview: PreviewPayload | None = None


class CategoryPayload(Shape):
    """A place in Shopify's taxonomy: "Apparel > Shoes"."""

    full_name: str


class CollectionPayload(Shape):
    """A collection that a product is in."""

    id: str
    title: str


class InventoryQuantityPayload(Shape):
    """How much there is in one state."""

    name: str
    quantity: int


class InventoryLevelPayload(Shape):
    """Stock of a variant at a location."""

    id: str
    updated_at: AwareDatetime | None = None
    location: IdPayload | None = None
    quantities: list[InventoryQuantityPayload] = Field(default_factory=list)


class InventoryItemPayload(Shape):
    """What is in stock of a variant."""

    id: str
    # Where nobody counts, the quantity is a 0 that means nothing.
    tracked: bool = False
    unit_cost: MoneyPayload | None = None
    inventory_levels: Nodes[InventoryLevelPayload] = Nodes[InventoryLevelPayload]()


class VariantPayload(Shape):
    """A variant of a product."""

    id: str
    title: str | None = None
    position: int = 0
    sku: str | None = None
    price: Decimal | None = None
    compare_at_price: Decimal | None = None
    # Stock alone does not say so: one may be sold without any, and what lies where nothing is sent from is none.
    available_for_sale: bool = False
    inventory_quantity: int | None = None
    inventory_item: InventoryItemPayload | None = None


class PriceRangePayload(Shape):
    """From the lowest price of a product's variants."""

    min_variant_price: MoneyPayload


class ProductPayload(WithWords):
    """A product."""

    id: str
    title: str | None = None
    description: str | None = None
    vendor: str | None = None
    product_type: str | None = None
    is_gift_card: bool = False
    tags: list[str] = Field(default_factory=list)
    status: str | None = None
    online_store_url: str | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    category: CategoryPayload | None = None
    # Variants have prices without a currency; here it is named.
    price_range_v2: PriceRangePayload | None = None
    featured_media: MediaPayload | None = None
    collections: Nodes[CollectionPayload] = Nodes[CollectionPayload]()
    variants: Nodes[VariantPayload] = Nodes[VariantPayload]()


class EmailPayload(Shape):
    """A customer's address: the word about marketing at level 1, the address itself at level 2."""

    marketing_state: str | None = None
    email_address: str | None = None


class CustomerPayload(Shape):
    """A customer's account."""

    id: str
    locale: str | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    default_email_address: EmailPayload | None = None


class DiscountPayload(Shape):
    """What a discount took off a line, for all that was ordered."""

    allocated_amount_set: MoneyBagPayload


class OrderLinePayload(Shape):
    """A line of an order: `quantity` was ordered, `current_quantity` is left of it."""

    id: str
    quantity: int
    current_quantity: int | None = None
    original_unit_price_set: MoneyBagPayload | None = None
    # By line, for an order's own discount is shared out among its lines here already.
    discount_allocations: list[DiscountPayload] = Field(default_factory=list)
    product: IdPayload | None = None
    variant: IdPayload | None = None


class RefundLinePayload(Shape):
    """What was taken back of an order's line, and what all of that had cost. What was sold, the order's line says."""

    quantity: int
    subtotal_set: MoneyBagPayload
    line_item: IdPayload


class OrderAdjustmentPayload(Shape):
    """By how much less than its lines a refund gave back; more, where the amount is negative."""

    id: str
    amount_set: MoneyBagPayload


class RefundPayload(Shape):
    """A refund; its lines are asked for by its id."""

    id: str
    created_at: AwareDatetime | None = None
    processed_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    refund_line_items: Nodes[RefundLinePayload] = Nodes[RefundLinePayload]()
    order_adjustments: Nodes[OrderAdjustmentPayload] = Nodes[OrderAdjustmentPayload]()


class TrackingPayload(Shape):
    """Where a parcel can be followed."""

    company: str | None = None
    url: str | None = None


class FulfillmentPayload(Shape):
    """What was sent off together."""

    created_at: AwareDatetime | None = None
    display_status: str | None = None
    tracking_info: list[TrackingPayload] = Field(default_factory=list)


class AttributePayload(Shape):
    """What a page wrote on the cart."""

    key: str
    value: str | None = None


class AddressPayload(Shape):
    """Where an order goes: of that the country alone."""

    country_code_v2: str | None = Field(None, alias="countryCodeV2")


class OrderPayload(Shape):
    """An order."""

    id: str
    name: str | None = None
    currency_code: str
    # An imported order was processed long before Shopify made its row.
    processed_at: AwareDatetime | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime | None = None
    cancelled_at: AwareDatetime | None = None
    display_financial_status: str | None = None
    source_name: str | None = None
    test: bool = False
    # Anybody who fills a cart may write here: what stands in it is a claim.
    custom_attributes: list[AttributePayload] = Field(default_factory=list)
    email: str | None = None
    customer: IdPayload | None = None
    shipping_address: AddressPayload | None = None
    checkout_token: str | None = None
    fulfillments: list[FulfillmentPayload] = Field(default_factory=list)
    # Only their ids: an export cannot hold their lines.
    refunds: list[IdPayload] = Field(default_factory=list)
    line_items: Nodes[OrderLinePayload] = Nodes[OrderLinePayload]()


class LocalizationPayload(Shape):
    """The languages of a domain."""

    default_locale: str
    alternate_locales: list[str] = Field(default_factory=list)


class DomainPayload(Shape):
    """An address of the shop; one that only leads elsewhere has no languages."""

    host: str
    localization: LocalizationPayload | None = None


class ShopPayload(Shape):
    """What a shop says of itself."""

    id: str = ""
    name: str
    currency_code: str
    iana_timezone: str
    taxes_included: bool | None = None
    ships_to_countries: list[str] = Field(default_factory=list)
    myshopify_domain: str
    primary_domain: DomainPayload | None = None
    domains: list[DomainPayload] = Field(default_factory=list)


class VariantPricePayload(Shape):
    """A variant's price as it is now."""

    price: Decimal
    compare_at_price: Decimal | None = None
    product: IdPayload


class BulkOperationPayload(Shape):
    """How far a bulk operation is."""

    status: str
    error_code: str | None = None
    object_count: int = 0
    url: str | None = None
    # Of an export that failed: what it had written until then.
    partial_data_url: str | None = None


class UserErrorPayload(Shape):
    """Why a change was not made."""

    code: str | None = None
    message: str


class MutationPayload(Shape):
    """Whether a change was made."""

    user_errors: list[UserErrorPayload] = Field(default_factory=list)


def read(kind: type[_ShapeT], payload: object) -> _ShapeT:
    """Read one resource; raises ConnectorError where it is in no shape that we know."""
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        detail = f"{kind.__name__.removesuffix('Payload')}: {_places(error)}"
        raise ConnectorError(PLATFORM, 200, permanent=True, detail=detail) from error


def read_each(kind: type[_ShapeT], rows: Iterable[object]) -> Iterator[_ShapeT]:
    """Read resources one by one, so that one in a shape of its own keeps no other back; what is null is left out."""
    for one in rows:
        if one:
            try:
                yield read(kind, one)
            except ConnectorError as error:
                log.warning("shopify_shape", detail=error.detail)


def _places(error: ValidationError) -> str:
    """Say where it broke and never what stood there: it may be personal."""
    # The words of Pydantic would quote the input.
    found = error.errors(include_input=False, include_url=False)
    return ", ".join(f"{'.'.join(map(str, one['loc']))} ({one['type']})" for one in found[:5])
