"""Verbs of the catalog: store what a source says of products, prices and stock. All run in a shop's scope.

Sources say the same thing again and again, so each verb may run twice, or two at once, and leaves the same rows.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from shopconnect.catalog import selectors, statements
from shopconnect.catalog.models import Product, ProductWord, Translation
from shopconnect.connectors.types import PriceDraft, ProductDraft, StockDraft
from shopconnect.core.clock import now
from shopconnect.core.security.crypto import random_public_id
from shopconnect.core.tenancy.bulk import Stored, ask_sql, fill_temporary, pick_news, run_sql
from shopconnect.core.tenancy.context import current_shop
from shopconnect.core.tenancy.locks import lock_shop_writes
from shopconnect.core.words import indexed_words

UNKNOWN_PRODUCT = gettext_noop("The shop has no such product or variant.")
OTHER_PRICE = gettext_noop("A different price is already known for the same moment.")
OTHER_LEVEL = gettext_noop("A different stock level is already known for the same moment.")


def store_products(drafts: Sequence[ProductDraft]) -> Stored:
    """Store products with their variants and translations; no two drafts may be of one product.

    What is stored of a later time than the draft's stays, and counts as the same.
    """
    # What is stored is read and then written over: of two writers at once, the later could put back what is older.
    lock_shop_writes()
    rows = Product.objects.filter(external_id__in=[draft.external_id for draft in drafts])
    known = {pk: (digest, at) for pk, digest, at in rows.values_list("external_id", "digest", "source_at")}
    news, confirmed = pick_news(drafts, known, lambda draft: draft.external_id)
    # Nearly all that a source says again is as it was, and what is as it was is not written.
    if news:
        fill_temporary("incoming_product", statements.PRODUCT_COLUMNS, map(_product, news))
        # New rows get their ids here, and what belongs to a product names it by ours.
        stored = dict(ask_sql(statements.STORE_PRODUCTS, current_shop()))
        _store_parts([draft for draft, _ in news], stored)
    if confirmed:
        # The time moves also where nothing else did, so that what comes late and is older is known as such.
        ids, times = zip(*((draft.external_id, draft.updated_at) for draft in confirmed))
        run_sql(statements.CONFIRM_PRODUCTS, list(ids), list(times), current_shop())
    # One that was deleted here and comes back counts as changed: its row was there.
    changed = sum(draft.external_id in known for draft, _ in news)
    return Stored(new=len(news) - changed, changed=changed, same=len(drafts) - len(news))


def delete_products(gone: Mapping[str, datetime | None]) -> int:
    """Mark products as deleted on the platform, by its ids and at its times where it names them; returns how many.

    One of which something later is stored stays. Rows stay too, for only privacy removes them.
    """
    lock_shop_writes()
    ids, times = list(gone), list(gone.values())
    return run_sql(statements.DELETE_PRODUCTS, ids=ids, ats=times, shop=current_shop(), now=now())


def compare_products(listed: Iterable[str]) -> list[str]:
    """Return the platform's ids of products that it lists and we lack, or that we have and it does not list."""
    # All ids of a shop are compared in one join, whatever their number.
    fill_temporary("listed", statements.LISTED_COLUMNS, ((external_id,) for external_id in listed))
    return [external_id for (external_id,) in ask_sql(statements.COMPARE_PRODUCTS, shop=current_shop())]


def compare_stock(listed: Mapping[str, Decimal]) -> list[str]:
    """Return the platform's ids of products of which it counts another stock in all than we do."""
    ids, levels = list(listed), list(listed.values())
    found = ask_sql(statements.COMPARE_STOCK, ids=ids, levels=levels, shop=current_shop())
    return [external_id for (external_id,) in found]


def store_prices(drafts: Sequence[PriceDraft]) -> Stored:
    """Enter prices of the past into the ledger; refused are those of unknown products and those that contradict it."""
    ids, variants = _ids(draft.product for draft in drafts)
    rows = [
        (
            ids[draft.product],
            variants.get((draft.product, draft.variant)),
            draft.at,
            draft.currency,
            draft.price,
            draft.compare_at_price,
            draft.cost,
            number,
        )
        for number, draft in enumerate(drafts)
        if _is_known(draft, ids, variants)
    ]
    # COPY and one statement: a ledger of years has many more rows than a shop has products.
    fill_temporary("incoming_price", statements.PRICE_COLUMNS, rows)
    new = run_sql(statements.STORE_PRICES, current_shop())
    contradicted = ask_sql(statements.FIND_CONTRADICTED_PRICES, shop=current_shop())
    return _entered(drafts, rows, new, {number: OTHER_PRICE for (number,) in contradicted})


def store_stock(drafts: Sequence[StockDraft]) -> Stored:
    """Add snapshots of stock; refused are those of unknown products and those that contradict another."""
    rows = _stock_rows(drafts)
    fill_temporary("incoming_stock", statements.STOCK_COLUMNS, rows)
    new = run_sql(statements.STORE_STOCK, current_shop())
    contradicted = ask_sql(statements.FIND_CONTRADICTED_STOCK, shop=current_shop())
    return _entered(drafts, rows, new, {number: OTHER_LEVEL for (number,) in contradicted})


def note_stock(drafts: Sequence[StockDraft]) -> Stored:
    """Add snapshots of what there is now, where a place's last word is another and older; one draft a place."""
    # The last word is read and compared, unlike in store_stock, where every row stands for itself.
    lock_shop_writes()
    # A platform whose clock is ahead of ours tells what holds now, and not what will.
    held = [replace(draft, at=min(draft.at, now())) for draft in drafts]
    fill_temporary("incoming_stock", statements.STOCK_COLUMNS, _stock_rows(held))
    new = run_sql(statements.NOTE_LEVELS, shop=current_shop())
    return Stored(new=new, same=len(drafts) - new)


def note_prices_and_stock(products: Collection[str] | None = None) -> None:
    """Add to ledger and snapshots what holds now, of some products by the platform's ids or of all.

    Where the last word is the same, nothing is added.
    """
    # None is all of them; an empty list is none, and must not become all.
    ids = None if products is None else list(selectors.product_ids(products).values())
    values: Any = {"shop": current_shop(), "at": now(), "products": ids}
    run_sql(statements.NOTE_PRICES, **values)
    run_sql(statements.NOTE_STOCK, **values)


def keep_own_costs(costs: Mapping[tuple[int, str], Decimal | None]) -> None:
    """Keep what the merchant says that items cost, by product id and variant; None lets the platform's hold again."""
    keys = list(costs)
    values: Any = {"shop": current_shop(), "amounts": [costs[key] for key in keys]}
    values |= {"products": [product for product, _ in keys], "variants": [variant for _, variant in keys]}
    run_sql(statements.KEEP_PRODUCT_COSTS, **values)
    run_sql(statements.KEEP_VARIANT_COSTS, **values)


def _store_parts(drafts: Sequence[ProductDraft], ids: Mapping[str, int]) -> None:
    fill_temporary("incoming_variant", statements.VARIANT_COLUMNS, _variants(drafts, ids))
    # Missing ones are marked and stay, for the price ledger and snapshots of stock name them.
    run_sql(statements.DELETE_MISSING_VARIANTS, now(), current_shop(), list(ids.values()))
    run_sql(statements.STORE_VARIANTS, current_shop())
    # Nothing names a translation, so all are written anew instead of compared.
    Translation.objects.filter(product_id__in=list(ids.values())).delete()
    fill_temporary("incoming_translation", statements.TRANSLATION_COLUMNS, _translations(drafts, ids))
    run_sql(statements.STORE_TRANSLATIONS, current_shop())
    ProductWord.objects.filter(product_id__in=list(ids.values())).delete()
    fill_temporary("incoming_word", statements.WORD_COLUMNS, _words(drafts, ids))
    run_sql(statements.STORE_WORDS, current_shop())


def _product(draft_and_digest: tuple[ProductDraft, str]) -> tuple[Any, ...]:
    draft, digest = draft_and_digest
    return (
        random_public_id(),
        draft.external_id,
        draft.title,
        draft.description,
        draft.vendor,
        _json(draft.category),
        _json(draft.tags),
        draft.image,
        draft.url,
        draft.available,
        draft.is_gift_card,
        draft.currency,
        draft.price,
        draft.cost,
        draft.stock,
        draft.created_at,
        draft.deleted_at,
        digest,
        draft.updated_at,
    )


def _variants(drafts: Iterable[ProductDraft], ids: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
    for draft in drafts:
        for position, variant in enumerate(draft.variants):
            yield (
                ids[draft.external_id],
                position,
                variant.external_id,
                variant.sku,
                variant.title,
                variant.price,
                variant.compare_at_price,
                variant.cost,
                variant.stock,
                variant.deleted_at,
            )


def _translations(drafts: Iterable[ProductDraft], ids: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
    for draft in drafts:
        for words in draft.translations:
            yield (
                ids[draft.external_id],
                words.language,
                words.title,
                words.description,
                _json(words.category),
                words.url,
            )


def _words(drafts: Iterable[ProductDraft], ids: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    for draft in drafts:
        titles = [draft.title, *(words.title for words in draft.translations)]
        categories = [*draft.category, *(name for words in draft.translations for name in words.category)]
        of_variants = [text for variant in draft.variants for text in (variant.title, variant.sku)]
        for word in indexed_words([*titles, *categories, draft.vendor, draft.external_id, *of_variants]):
            yield ids[draft.external_id], word


def _stock_rows(drafts: Sequence[StockDraft]) -> list[tuple[Any, ...]]:
    """Return the rows of those whose product, and variant, we know."""
    ids, variants = _ids(draft.product for draft in drafts)
    return [
        (
            ids[draft.product],
            variants.get((draft.product, draft.variant)),
            draft.location,
            draft.at,
            draft.level,
            number,
        )
        for number, draft in enumerate(drafts)
        if _is_known(draft, ids, variants)
    ]


def _entered(
    drafts: Sequence[PriceDraft | StockDraft],
    rows: Sequence[tuple[Any, ...]],
    new: int,
    contradicted: Mapping[int, str],
) -> Stored:
    """Return what became of drafts of which those of known products are rows, each with its place at the end."""
    unknown = dict.fromkeys(set(range(len(drafts))) - {row[-1] for row in rows}, UNKNOWN_PRODUCT)
    refused = {**unknown, **contradicted}
    return Stored(new=new, same=len(drafts) - new - len(refused), refused=refused)


def _ids(products: Iterable[str]) -> tuple[Mapping[str, int], Mapping[tuple[str, str], int]]:
    """Return our ids of products, and of their variants by (product, variant)."""
    named = set(products)
    return selectors.product_ids(named), selectors.variant_ids(named)


def _is_known(draft: PriceDraft | StockDraft, ids: Mapping[str, int], variants: Mapping[tuple[str, str], int]) -> bool:
    return draft.product in ids and (not draft.variant or (draft.product, draft.variant) in variants)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
