"""Verbs of whoever plans promotions, and what the pages show."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from recommender.prices.models import PromotedProduct, Promotion
from recommender.prices.promotions.stored import summaries_of_promoted, summaries_of_promotions
from recommender.prices.promotions.types import (
    LONGEST_DAYS,
    MOST_PRODUCTS,
    PromotedProductSummary,
    PromotionsPage,
    PromotionSummary,
    PromotionWish,
    ReductionClaim,
)
from recommender.prices.proposals.learning import WORK_KIND
from recommender.prices.proposals.stored import price_settings
from shopconnect.catalog.reductions import ReducedItem, count_reduced_items, list_reduced_items
from shopconnect.catalog.selectors import list_products
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.locks import lock_shop_writes
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note
from shopconnect.shops.selectors import shop_profile

SHOWN, AT_ONCE, NO_SUBJECT = 100, 500, 0


def promotions_page(shop_id: ShopId, language: str) -> PromotionsPage:
    """Return a shop's promotions, and the first of what stands reduced now."""
    with shop_scope(shop_id):
        return PromotionsPage(
            promotions=summaries_of_promotions(Promotion.objects.order_by("-starts_on", "-id")[:SHOWN]),
            claims=[_claim(one) for one in list_reduced_items(language, 0, SHOWN)],
            reduced=count_reduced_items(),
            currency=shop_profile().currency,
            freeze_days=price_settings().freeze_days,
        )


def find_promotion(
    shop_id: ShopId, public_id: int, language: str
) -> tuple[PromotionSummary, list[PromotedProductSummary]]:
    """Return a promotion and the first of its products; raises Missing where the shop has none such."""
    with shop_scope(shop_id):
        found = summaries_of_promotions(Promotion.objects.filter(public_id=public_id))
        if not found:
            raise Missing(_("This promotion no longer exists."))
        rows = PromotedProduct.objects.filter(promotion_id=found[0].id).select_related("product").order_by("id")
        return found[0], summaries_of_promoted(rows[:SHOWN], language)


def list_promotions(shop_id: ShopId, after_id: int, limit: int) -> list[PromotionSummary]:
    """Return a page of promotions by id."""
    with shop_scope(shop_id):
        return summaries_of_promotions(Promotion.objects.filter(id__gt=after_id).order_by("id")[:limit])


def list_promoted(
    shop_id: ShopId, public_id: int, after_id: int, limit: int, language: str
) -> list[PromotedProductSummary]:
    """Return a page of a promotion's products by id."""
    with shop_scope(shop_id):
        rows = PromotedProduct.objects.filter(promotion__public_id=public_id, id__gt=after_id)
        return summaries_of_promoted(rows.select_related("product").order_by("id")[:limit], language)


def list_claims(shop_id: ShopId, after_id: int, limit: int, language: str) -> list[ReductionClaim]:
    """Return a page of what stands reduced now, by our id of the variant."""
    with shop_scope(shop_id):
        return [_claim(one) for one in list_reduced_items(language, after_id, limit)]


def iter_promoted(shop_id: ShopId, public_id: int, language: str) -> Iterator[PromotedProductSummary]:
    """Yield all products of a promotion, a batch in a scope at a time."""
    last = 0
    while found := list_promoted(shop_id, public_id, last, AT_ONCE, language):
        yield from found
        last = found[-1].id


def iter_claims(shop_id: ShopId, language: str) -> Iterator[ReductionClaim]:
    """Yield what stands reduced now, a batch in a scope at a time."""
    last = 0
    while found := list_claims(shop_id, last, AT_ONCE, language):
        yield from found
        last = found[-1].id


def plan_promotion(shop_id: ShopId, user_id: int, wish: PromotionWish) -> int:
    """Plan a promotion of what its words name, and have what it would bring worked out soon; returns its public id.

    A wish that is sent twice plans once.
    Raises Refusal: bad_days, no_products (nothing named is sold, or all of it is in another promotion on those days),
    too_many.
    """
    with shop_scope(shop_id):
        lock_shop_writes()
        _refuse_bad_days(wish, _today())
        taken = PromotedProduct.objects.filter(
            promotion__starts_on__lte=wish.ends_on, promotion__ends_on__gte=wish.starts_on
        ).values_list("product_id", flat=True)
        named, taken_ids = _named_products(wish.words), set(taken)
        wanted = [one for one in named if one not in taken_ids]
        if named and not wanted and (known := _same_promotion(wish)):
            return known
        if not wanted:
            raise Refusal("no_products", _("No product for sale matches and is free of other promotions then."))
        if len(wanted) > MOST_PRODUCTS:
            sentence = _("A promotion can have %(most)d products at most. Name a category or a brand.")
            raise Refusal("too_many", sentence % {"most": MOST_PRODUCTS}, 400)
        row = Promotion.objects.create(
            name=wish.name, starts_on=wish.starts_on, ends_on=wish.ends_on, percent=wish.percent, made_at=now()
        )
        rows = [PromotedProduct(promotion=row, product_id=product_id) for product_id in wanted]
        PromotedProduct.objects.bulk_create(rows, batch_size=500)
        note(user_id, "planned_promotion", wish.name)
        add_due(WORK_KIND, NO_SUBJECT)
        return int(row.public_id)


def remove_promotion(shop_id: ShopId, user_id: int, public_id: int) -> None:
    """Remove a promotion that has not begun; raises Missing, and Refusal(begun)."""
    with shop_scope(shop_id):
        row = Promotion.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise Missing(_("This promotion no longer exists."))
        if row.starts_on <= _today():
            raise Refusal("begun", _("This promotion has begun. What it brings is still counted."))
        PromotedProduct.objects.filter(promotion=row).delete()
        row.delete()
        note(user_id, "removed_promotion", row.name)
        add_due(WORK_KIND, NO_SUBJECT)


def _same_promotion(wish: PromotionWish) -> int | None:
    """Return the public id of a promotion of this name, percentage and these days."""
    same = Promotion.objects.filter(
        name=wish.name, starts_on=wish.starts_on, ends_on=wish.ends_on, percent=wish.percent
    )
    found: int | None = same.values_list("public_id", flat=True).first()
    return found


def _refuse_bad_days(wish: PromotionWish, day: date) -> None:
    if wish.starts_on <= day or not wish.starts_on <= wish.ends_on < wish.starts_on + timedelta(days=LONGEST_DAYS):
        sentence = _("Choose a first day from tomorrow on, and a last day at most %(most)d days later.")
        raise Refusal("bad_days", sentence % {"most": LONGEST_DAYS - 1}, 400)


def _named_products(words: str) -> list[int]:
    """Return the ids of products on sale in the shop's currency that have all the words."""
    currency, found, last = shop_profile().currency, [], 0
    while rows := list_products(last, AT_ONCE, search=words):
        found += [
            row.id
            for row in rows
            if row.deleted_at is None and not row.is_gift_card and row.currency == currency and row.price_amount > 0
        ]
        last = rows[-1].id
    return found


def _claim(one: ReducedItem) -> ReductionClaim:
    return ReductionClaim(
        id=one.variant_id,
        product_public_id=one.product_public_id,
        title=one.title,
        variant=one.external_id,
        currency=one.currency,
        price=one.price,
        crossed=one.crossed,
        lowest=one.lowest,
        began_at=one.began_at,
        known_days=one.known_days,
    )


def _today() -> date:
    return today(known_timezone(shop_profile().timezone))
