"""Changes that a shop's platform is to make: written with the decision, sent by a worker, once for each key."""

from datetime import timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shopconnect.catalog.selectors import find_product, list_variants
from shopconnect.catalog.types import ProductRow, VariantRow
from shopconnect.connectors.base import PriceChange, Receipt, ResourceType
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.money import Money, write_amount
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note
from shopconnect.shops.installs import connected
from shopconnect.shops.types import NotConnected
from shopconnect.sync.models import OutboxChange
from shopconnect.sync.storing import store_drafts
from shopconnect.sync.types import Blocker, ChangeState, PriceGlance, PriceRequest

KIND = "push_change"
LARGEST = Decimal(10**12)
LARGEST_CUT, LONGEST_WAIT = Decimal("0.9"), timedelta(hours=6)
TITLE_IN_HISTORY = 60

log = get_logger(__name__)


def look_at_price(shop_id: ShopId, wish: PriceRequest) -> PriceGlance:
    """Return what a price change would do, and do nothing; raises what asking for it would, but for change_waits."""
    with shop_scope(shop_id):
        product, variant = _sold(wish)
        _refuse_bad_price(product, variant, wish)
    return PriceGlance(
        title=_title(product, variant),
        currency=product.currency,
        before=variant.price_amount,
        before_compare_at=variant.compare_at_amount,
        price=wish.price,
        compare_at_price=wish.compare_at_price,
    )


def ask_price_change(shop_id: ShopId, actor_id: int | None, wish: PriceRequest, key: str) -> int:
    """Have a price set on the shop's platform; returns the change's public id. The same key asks once.

    Inside a scope it stands or falls with the caller's transaction. Raises Missing, and Refusal: other_currency,
    bad_price, free, deep_cut, bad_compare_at, same_price, change_waits.
    """
    with shop_scope(shop_id):
        known = OutboxChange.objects.filter(key=key).first()
        if known is not None:
            return int(known.public_id)
        product, variant = _sold(wish)
        _refuse_bad_price(product, variant, wish)
        row = OutboxChange(
            key=key,
            product_id=product.id,
            variant=variant.external_id,
            title=_title(product, variant),
            currency=product.currency,
            before_amount=variant.price_amount,
            before_compare_at_amount=variant.compare_at_amount,
            price_amount=wish.price,
            compare_at_amount=wish.compare_at_price,
        )
        return _write(row, actor_id)


def undo_price_change(shop_id: ShopId, actor_id: int, public_id: int) -> int:
    """Have the price before a change set again, if the price is still the change's; returns the undoing's public id."""
    with shop_scope(shop_id):
        done = OutboxChange.objects.filter(public_id=public_id, state=ChangeState.DONE).first()
        if done is None:
            raise Missing(_("There is no such change to undo."))
        key = f"undo-{done.public_id}"
        known = OutboxChange.objects.filter(key=key).exclude(state=ChangeState.REFUSED).first()
        if known is not None:
            return int(known.public_id)
        OutboxChange.objects.filter(key=key).update(key=f"{key}-{random_token(6)}")  # refused: it may be tried again
        row = OutboxChange(
            key=key,
            product_id=done.product_id,
            variant=done.variant,
            title=done.title,
            currency=done.currency,
            before_amount=done.price_amount,
            before_compare_at_amount=done.compare_at_amount,
            price_amount=done.before_amount,
            compare_at_amount=done.before_compare_at_amount,
            undoes=done,
        )
        return _write(row, actor_id)


def push_change(shop_id: ShopId, change_id: int) -> None:
    """Send a change and keep what the platform said; a second run finds it done, or sends it with the same key."""
    with shop_scope(shop_id):
        row = OutboxChange.objects.filter(pk=change_id, state=ChangeState.WAITING).select_related("product").first()
    if row is None:
        return None
    try:
        with connected(shop_id) as connection:
            receipt = connection.push_price(_change(row), row.key)
    except NotConnected:
        return _wait(shop_id, row, Blocker.SIGN_IN)
    except ConnectorError as error:
        log.warning("change_not_sent", shop_id=shop_id, status=error.status, detail=error.detail)
        if error.permanent and error.status != 401:
            return _close(shop_id, row, Receipt(is_done=False, refusal=error.detail))
        return _wait(shop_id, row, Blocker.AWAY, error.retry_after)
    _close(shop_id, row, receipt)
    return _look_at(shop_id, row.product.external_id)


def retry_outbox_now(shop_id: ShopId) -> None:
    """Send at once what waits; run in the scope of a shop that signed in again."""
    for pk in OutboxChange.objects.filter(state=ChangeState.WAITING).order_by("id").values_list("pk", flat=True):
        add_due(KIND, pk)


def withdraw_changes(shop_id: ShopId) -> None:
    """Withdraw what was not sent; run in the scope of a shop that leaves."""
    OutboxChange.objects.filter(state=ChangeState.WAITING).update(state=ChangeState.WITHDRAWN, finished_at=now())


def _sold(wish: PriceRequest) -> tuple[ProductRow, VariantRow]:
    product = find_product(wish.product_public_id)
    found = list_variants(product.id) if product is not None and product.deleted_at is None else []
    variant = next((one for one in found if one.external_id == wish.variant), None)
    if product is None or variant is None:
        raise Missing(_("This product is not sold any more. Look for another one."))
    return product, variant


def _refuse_bad_price(product: ProductRow, variant: VariantRow, wish: PriceRequest) -> None:
    if wish.currency != product.currency:
        sentence = _("The shop's prices are in %(ours)s, not in %(theirs)s.")
        raise Refusal("other_currency", sentence % {"ours": product.currency, "theirs": wish.currency}, 400)
    for amount in (wish.price, wish.compare_at_price or Decimal(0)):
        if not 0 <= amount < LARGEST or amount != Money(amount=amount, currency=wish.currency).rounded().amount:
            raise Refusal("bad_price", _("A price is not negative, and not finer than the smallest coin."), 400)
    if wish.compare_at_price is not None and wish.compare_at_price <= wish.price:
        raise Refusal("bad_compare_at", _("A price that is struck through is above the new one."), 400)
    if (wish.price, wish.compare_at_price) == (variant.price_amount, variant.compare_at_amount):
        raise Refusal("same_price", _("That is the price already."), 400)
    if wish.price == 0 and not wish.is_confirmed:
        raise Refusal("free", _("This gives the product away for nothing. Say that you mean it."), 400)
    if wish.price < variant.price_amount * (1 - LARGEST_CUT) and not wish.is_confirmed:
        raise Refusal("deep_cut", _("This is less than a tenth of the price. Say that you mean it."), 400)


def _title(product: ProductRow, variant: VariantRow) -> str:
    return f"{product.title} – {variant.title}" if variant.title else product.title


def _write(row: OutboxChange, actor_id: int | None) -> int:
    row.state, row.asked_by_id, row.asked_at = ChangeState.WAITING, actor_id, now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        again = OutboxChange.objects.filter(key=row.key).first()
        if again is not None:  # the other of two clicks at once
            return int(again.public_id)
        raise Refusal("change_waits", _("A change of this price waits already. It goes first.")) from error
    amounts = f"{write_amount(row.before_amount)} > {write_amount(row.price_amount)}"
    note(actor_id, "changed_price", f"{row.title[:TITLE_IN_HISTORY]}, {amounts} {row.currency}")
    add_due(KIND, row.pk)
    return int(row.public_id)


def _change(row: OutboxChange) -> PriceChange:
    return PriceChange(
        product=row.product.external_id,
        variant=row.variant,
        price=row.price_amount,
        compare_at_price=row.compare_at_amount,
        expected=row.before_amount,
        currency=row.currency,
    )


def _close(shop_id: ShopId, row: OutboxChange, receipt: Receipt) -> None:
    state = ChangeState.DONE if receipt.is_done else ChangeState.REFUSED
    with shop_scope(shop_id):
        OutboxChange.objects.filter(pk=row.pk, state=ChangeState.WAITING).update(
            state=state, finished_at=now(), reference=receipt.reference, refusal=receipt.refusal, blocker=""
        )


def _wait(shop_id: ShopId, row: OutboxChange, blocker: Blocker, seconds: float | None = None) -> None:
    """Try again after a growing wait, with the same key."""
    at = now() + max(timedelta(seconds=seconds or 0), min(LONGEST_WAIT, timedelta(minutes=2 ** min(row.tries, 12))))
    with shop_scope(shop_id):
        if OutboxChange.objects.filter(pk=row.pk, state=ChangeState.WAITING).update(
            blocker=blocker, tries=row.tries + 1
        ):
            add_due(KIND, row.pk, at)


def _look_at(shop_id: ShopId, product: str) -> None:
    """Bring in what the platform now says of a product, rather than wait for its webhook."""
    try:
        with connected(shop_id) as connection:
            fetched = connection.fetch(ResourceType.PRODUCT, [product])
    except (NotConnected, ConnectorError) as error:
        log.info("product_comes_by_its_hook", shop_id=shop_id, error=type(error).__name__)
    else:
        store_drafts(shop_id, fetched.drafts)
