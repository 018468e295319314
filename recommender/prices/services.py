"""Verbs of the prices room: a price is looked at, changed on the shop's platform, and taken back."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from recommender.prices import selectors
from recommender.prices.outbox_kind import subject_of, write_decision
from recommender.prices.proposing import learn_shop, proposals_of
from recommender.prices.reading import read_prices
from recommender.prices.types import (
    KIND,
    PriceDecision,
    PriceGoal,
    PricePage,
    PricePreview,
    PriceRequest,
    PricingRules,
    ShopProposals,
)
from shopconnect.catalog.selectors import find_product, list_products, list_variants, translate_products
from shopconnect.catalog.types import ProductRow, VariantRow
from shopconnect.connectors.registry import find_descriptor
from shopconnect.core import clock
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.money import Money
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.admin_addresses import admin_address_of
from shopconnect.shops.installs import connection_of, distrust_tokens, find_install
from shopconnect.shops.selectors import shop_profile
from shopconnect.shops.types import NotConnected
from shopconnect.sync.outbox import ask_change
from shopconnect.sync.selectors import find_change_of_key
from shopconnect.sync.types import ChangeState

FOUND_AT_MOST = 8
LARGEST = Decimal(10**12)
LARGEST_CUT = Decimal("0.9")
PATH = "prices/"
USUAL_TAX = 0.20  # in shown prices unless the shop says that they hold none: more than there is would only be careful


def takes_prices(shop_id: ShopId) -> bool:
    """Say whether the shop stands on a platform where its prices can be changed from here."""
    with shop_scope(shop_id):
        return selectors.takes_price_changes(find_install())


def price_page(shop_id: ShopId, search: str, public_id: int | None, language: str) -> PricePage:
    """Return what the page of price changes shows in a language: those sent, and a product found by its title."""
    with shop_scope(shop_id):
        install, profile = find_install(), shop_profile()
        product = find_product(public_id) if public_id is not None else None
        found = list_products(limit=FOUND_AT_MOST, search=search) if search and product is None else []
        return PricePage(
            platform=find_descriptor(install.platform).label if install else "",
            scope=selectors.missing_scope(install) if install else "",
            address=admin_address_of(install, PATH) if install else "",
            changes=selectors.list_price_changes(language),
            found=tuple(translate_products(found, language)),
            product=translate_products([product], language)[0] if product else None,
            variants=tuple(list_variants(product.id)) if product else (),
            zone=profile.timezone,
        )


def preview_price(shop_id: ShopId, request: PriceRequest, language: str) -> PricePreview:
    """Return what a price change would do, and do nothing; raises what asking for it would, but for change_waits."""
    with shop_scope(shop_id):
        product, variant = _sold(request)
        _refuse_bad_price(product, variant, request)
        product = translate_products([product], language)[0]
    return PricePreview(
        title=_title(product, variant),
        currency=product.currency,
        before=variant.price_amount,
        before_compare_at=variant.compare_at_amount,
        price=request.price,
        compare_at_price=request.compare_at_price,
    )


def ask_price_change(shop_id: ShopId, actor_id: int | None, request: PriceRequest, key: str) -> int:
    """Have a price set on the shop's platform; returns the change's public id. The same key asks once.

    Inside a scope it stands or falls with the caller's transaction. Raises Missing, and Refusal: other_currency,
    bad_price, free, deep_cut, bad_compare_at, same_price, change_waits.
    """
    with shop_scope(shop_id):
        known = find_change_of_key(KIND, key)
        if known is not None:
            return known.public_id
        product, variant = _sold(request)
        _refuse_bad_price(product, variant, request)
        decision = PriceDecision(
            product=product.external_id,
            variant=variant.external_id,
            title=_title(product, variant),
            currency=product.currency,
            before=variant.price_amount,
            before_compare_at=variant.compare_at_amount,
            price=request.price,
            compare_at_price=request.compare_at_price,
        )
        return _ask(decision, actor_id, key)


def undo_price_change(shop_id: ShopId, actor_id: int | None, public_id: int) -> int:
    """Have the price before a change set again, if the price is still the change's; returns the undoing's public id."""
    with shop_scope(shop_id):
        done = selectors.find_done_change(public_id)
        if done is None:
            raise Missing(_("This change can’t be undone because it doesn’t exist."))
        undos = selectors.list_undos(public_id)
        running = next((undo for undo in undos if undo.state != ChangeState.REFUSED), None)
        if running is not None:
            return running.public_id
        decision = PriceDecision(
            product=done.product,
            variant=done.variant,
            title=done.title,
            currency=done.currency,
            before=done.price,
            before_compare_at=done.compare_at_price,
            price=done.before,
            compare_at_price=done.before_compare_at,
            undoes=public_id,
        )
        return _ask(decision, actor_id, f"undo-{public_id}-{len(undos)}")  # one that was refused may be tried again


def take_new_scopes(shop_id: ShopId) -> None:
    """Ask the platform for tokens that allow what the merchant has just granted; what is stored stays if it is away."""
    distrust_tokens(shop_id)
    try:
        connection_of(shop_id)
    except NotConnected as error:
        raise Refusal(
            "not_connected", _("ShopConnect no longer has access to the shop on its platform. Sign in there again.")
        ) from error


def propose_prices(shop_id: ShopId, rules: PricingRules | None = None) -> ShopProposals:
    """Return prices for the shop's products, each with its reasons, and why others have none; nothing is stored.

    Raises Refusal(no_date) for clearing without a date to come.
    """
    shop = read_prices(shop_id)
    today = clock.today(clock.known_timezone(shop.profile.timezone))
    asked = rules or PricingRules(tax_share=0.0 if shop.profile.prices_include_tax is False else USUAL_TAX)
    refuse_clearing_without_date(asked.goal, asked.clear_by, today)
    return proposals_of(shop, learn_shop(shop), asked, today)


def refuse_clearing_without_date(goal: PriceGoal, clear_by: date | None, today: date) -> None:
    """Raise Refusal(no_date) for clearing without a date to come."""
    if goal == PriceGoal.CLEARING and (clear_by is None or clear_by <= today):
        raise Refusal("no_date", _("Choose the date by which everything should be sold, from tomorrow on."), 400)


def _ask(decision: PriceDecision, actor_id: int | None, key: str) -> int:
    return ask_change(KIND, write_decision(decision), key=key, subject=subject_of(decision), actor_id=actor_id)


def _sold(request: PriceRequest) -> tuple[ProductRow, VariantRow]:
    product = find_product(request.product_public_id)
    found = list_variants(product.id) if product is not None and product.deleted_at is None else []
    variant = next((one for one in found if one.external_id == request.variant), None)
    if product is None or variant is None:
        raise Missing(_("This product is no longer sold. Choose another one."))
    return product, variant


def _refuse_bad_price(product: ProductRow, variant: VariantRow, request: PriceRequest) -> None:
    if request.currency != product.currency:
        sentence = _("The shop’s prices are in %(ours)s, not in %(theirs)s.")
        raise Refusal("other_currency", sentence % {"ours": product.currency, "theirs": request.currency}, 400)
    for amount in (request.price, request.compare_at_price or Decimal(0)):
        if not 0 <= amount < LARGEST or amount != Money(amount=amount, currency=request.currency).rounded().amount:
            raise Refusal("bad_price", _("A price can’t be negative or have more decimals than its currency."), 400)
    if request.compare_at_price is not None and request.compare_at_price <= request.price:
        raise Refusal("bad_compare_at", _("The crossed-out price must be higher than the new price."), 400)
    if (request.price, request.compare_at_price) == (variant.price_amount, variant.compare_at_amount):
        raise Refusal("same_price", _("This is already the price."), 400)
    if request.price == 0 and not request.is_confirmed:
        raise Refusal("free", _("This would make the product free. Confirm that you want this."), 400)
    if request.price < variant.price_amount * (1 - LARGEST_CUT) and not request.is_confirmed:
        raise Refusal("deep_cut", _("This is less than a tenth of the current price. Confirm that you want this."), 400)


def _title(product: ProductRow, variant: VariantRow) -> str:
    return f"{product.title} – {variant.title}" if variant.title else product.title
