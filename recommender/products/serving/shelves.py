"""What a shelf shows: recommendations of the engine, the cards that belong to them, and the sentences that say why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from os.path import commonprefix
from typing import Any

from babel import Locale

from recommender.products.data.catalogue import cards_at, category_in
from recommender.products.data.engine.catalogue import row_of
from recommender.products.data.engine.recency import SECONDS_A_DAY
from recommender.products.rules.engine.application import ANYWHERE, has_conditions_of_pages, rules_on, with_pins
from recommender.products.rules.types import PageSubject, Rule
from recommender.products.serving.engine import candidates
from recommender.products.serving.engine.buyer import buyer_history
from recommender.products.serving.engine.candidates import CandidateSource, RankingContext, VisitRows
from recommender.products.serving.engine.ranking import Recommendation, choose, explore, pinned, rows_of
from recommender.products.serving.reasons import ReasonContext, reasons_of, sentences_of, this_product
from recommender.products.serving.snapshot import Snapshot, open_snapshot
from recommender.products.types import Context, Purpose, Shelf, Suggestion
from recommender.products.words import empty_of, heading_of, why_of
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.privacy.types import Advice


@dataclass(frozen=True, slots=True)
class ShelfConfig:
    """How a shelf is made: where its candidates come from, whose penalties and diversity hold, how it explores.

    A plain one needs nothing that was fitted, and is what a shop beyond its plan still gets.
    """

    source: CandidateSource
    purpose: Purpose | None = None
    explores: int = 0  # of so many places one is given to what nobody bought yet; 0: none is
    is_plain: bool = False


# Where somebody is about to pay, a wrong guess costs most.
EIGHTH, SIXTEENTH = 8, 16
RELATED = ShelfConfig(candidates.related, Purpose.SHELF, explores=EIGHTH)
NEXT_BASKET = ShelfConfig(candidates.next_basket, Purpose.NEXT, explores=EIGHTH)  # *for you*, repeats included
BUYER = ShelfConfig(candidates.for_buyer, Purpose.NEXT)
SELLING = ShelfConfig(candidates.trending, is_plain=True)
SHELF_CONFIGS: Mapping[Shelf, ShelfConfig] = {
    Shelf.SIMILAR: ShelfConfig(candidates.similar, explores=EIGHTH),
    Shelf.TOGETHER: ShelfConfig(candidates.bought_together),
    Shelf.CART: ShelfConfig(candidates.cart, Purpose.CART, explores=SIXTEENTH),
    Shelf.FOR_YOU: ShelfConfig(candidates.for_you, Purpose.NEW, explores=EIGHTH),
    Shelf.VIEWED: ShelfConfig(candidates.viewed),
    Shelf.AGAIN: ShelfConfig(candidates.again),
    Shelf.RECENT: ShelfConfig(candidates.recent, is_plain=True),
    Shelf.TRENDING: SELLING,
    Shelf.NEW: ShelfConfig(candidates.new, is_plain=True),
    Shelf.SALE: ShelfConfig(candidates.sale, is_plain=True),
}


def suggest(
    shop_id: ShopId, shelf: Shelf | None, context: Context, k: int = 4, *, rules: Sequence[Rule] | None = None
) -> list[Suggestion]:
    """Return up to k suggestions of a shelf, without places to explore; none while nothing was fitted; no database.

    Under the merchant's rules in force, or under other `rules`, as a draft has them.
    """
    snapshot = open_snapshot(shop_id)
    if snapshot is None:
        return []
    return suggestions_of(snapshot if rules is None else snapshot.under(tuple(rules)), shelf, context, k)


def suggestions_of(
    snapshot: Snapshot,
    shelf: Shelf | None,
    context: Context,
    k: int,
    *,
    explores: bool = False,
    is_plain: bool = False,
    diversity: float | None = None,
) -> list[Suggestion]:
    """Return up to k suggestions with reasons and sentences in the context's language, all of one snapshot.

    Without a shelf: related items of the product and the views, else what a buyer may take next, and what sells now in
    the places that are left. Plain ones are what sells now, but where a shelf needs nothing that was fitted.
    `diversity` is the percent of accuracy given for it where another one is tried than the shop chose.
    """
    if k < 1:
        return []
    ranking = _ranking_context(snapshot, context, shelf, diversity)
    items = _recommend(snapshot, ranking, shelf, k, explores=explores, is_plain=is_plain)
    place = _place(snapshot, context) if shelf == Shelf.TRENDING else ""
    return _suggestions(snapshot, items, context, place)


def rows_shown(snapshot: Snapshot, shelf: Shelf | None, context: Context, k: int) -> list[int]:
    """Return the rows of the products that a shelf shows, without places to explore."""
    return [item.product for item in _recommend(snapshot, _ranking_context(snapshot, context, shelf), shelf, k)]


def shelf_of(
    snapshot: Snapshot | None,
    shelf: Shelf | None,
    context: Context,
    k: int,
    *,
    is_plain: bool = False,
    diversity: float | None = None,
) -> dict[str, object]:
    """Return a shelf as the widget shows it: heading, items with their reasons, why, the model's version.

    An empty one says what would bring something there; so does one without a snapshot.
    """
    context = replace(context, category=_page_category(snapshot, context)) if snapshot else context
    shown = (
        suggestions_of(snapshot, shelf, context, k, explores=True, is_plain=is_plain, diversity=diversity)
        if snapshot
        else []
    )
    keys = {one.advice.reasons[0].key for one in shown}
    # By what stands there and not by what was asked: best sellers alone must not be said to suit the product.
    is_related = bool(context.product) and not keys <= {"week", "week_place", "trend", "popular"}
    is_replaced = shelf is not None and is_plain and not SHELF_CONFIGS[shelf].is_plain
    named = Shelf.TRENDING if is_replaced else shelf
    names = _heading_names(snapshot, context) if snapshot else {}
    return {
        "shelf": named or "",
        "title": heading_of(named, **names, is_related=is_related),
        "why": why_of(named, explores=bool((SHELF_CONFIGS[named] if named else RELATED).explores)),
        "items": [_item(one) for one in shown],
        "empty": "" if shown else empty_of(named),
        "model": shown[0].advice.model_version if shown else "",
    }


def config_of(shelf: Shelf | None, *, offers_repeats: bool) -> ShelfConfig:
    """Return how a shelf is made, where *for you* offers what a buyer had or leaves it to *buy again*."""
    if shelf == Shelf.FOR_YOU and offers_repeats:
        return NEXT_BASKET
    return SHELF_CONFIGS[shelf] if shelf else RELATED


def _item(one: Suggestion) -> dict[str, object]:
    """Return a suggestion as the snippet reads it."""
    return {
        "id": one.external_id,
        "title": one.title,
        "url": one.url,
        "image": one.image,
        "price": one.price,
        "reason": one.sentences[0],
        "reasons": one.sentences,
        "keys": [reason.key for reason in one.advice.reasons],
    }


def _heading_names(snapshot: Snapshot, context: Context) -> dict[str, str]:
    """Return what a heading names: the one product that was viewed, and the category or country of the page."""
    viewed = rows_of(snapshot.model.arrays, context.views)
    return {
        "title": _title(snapshot, viewed[0], context.language) if len(viewed) == 1 else "",
        "place": _place(snapshot, context),
    }


def _recommend(
    snapshot: Snapshot,
    ranking: RankingContext,
    shelf: Shelf | None,
    k: int,
    *,
    explores: bool = False,
    is_plain: bool = False,
) -> list[Recommendation]:
    """Choose what stands on a shelf; what the merchant pins has its place before anything is chosen."""
    # Only what may be shown keeps its place; the places of the others are chosen as usual.
    pins = [(place, row) for place, row in ranking.rules.pins if place < k and row in ranking.placed]
    room, config = k - len(pins), config_of(shelf, offers_repeats=ranking.offers_repeats)
    items = _recommend_by(snapshot, ranking, SELLING if is_plain and not config.is_plain else config, room)
    if shelf is None:
        items = _filled(snapshot, ranking, items, room)
    if explores and config.explores and not is_plain:
        items = explore(ranking, items, room, config.explores)
    return with_pins(items, [(place, pinned(ranking, row)) for place, row in pins], k)


def _ranking_context(
    snapshot: Snapshot, context: Context, shelf: Shelf | None, diversity: float | None = None
) -> RankingContext:
    """Return what a visit says in rows of the model, and who is excluded from its shelf."""
    arrays, moment = snapshot.model.arrays, now()
    day = moment.timestamp() // SECONDS_A_DAY
    subject = _subject(snapshot, context, shelf) if has_conditions_of_pages(snapshot.rules.rules) else ANYWHERE
    rules = rules_on(snapshot.rules.rules, shelf, subject)
    bound, out, cold_items = snapshot.aligned.bound(rules, day)
    visit = _visit_rows(snapshot, context, shelf, moment)
    # `out` is cached for all requests under these rules, so this visit writes to a copy.
    excluded = out.copy()
    excluded[[*visit.anchors, *visit.cart, *visit.disliked]] = True
    placed = tuple(row for _at, row in bound.pins if not excluded[row])
    return RankingContext(
        arrays=arrays,
        columns=snapshot.aligned.columns,
        weights=snapshot.model.manifest["weights"],
        excluded=excluded,
        visit=visit,
        rules=bound,
        cold_items=cold_items,
        placed=placed,
        diversity_percent=diversity,
        # What *buy again* shows on the same page is not shown twice.
        offers_repeats=snapshot.offers_repeats and not context.is_beside_again,
        is_current=snapshot.model.manifest.get("at", 0.0) >= day,
        is_learnt=not snapshot.model.manifest.get("missing", {}).get("orders", 0),
    )


def _subject(snapshot: Snapshot, context: Context, shelf: Shelf | None) -> PageSubject:
    """Return what the page of a shelf is about: its product, beside a cart all that lies in it, or its category."""
    arrays, names = snapshot.model.arrays, snapshot.catalogue.arrays["category_names"]
    rows = rows_of(arrays, [*filter(None, [context.product]), *(context.cart if shelf == Shelf.CART else ())])
    codes = {int(snapshot.aligned.columns["category"][row]) for row in rows}
    categories = [str(names[code]) for code in codes if code >= 0]
    return PageSubject(
        products=frozenset(int(arrays["public_ids"][row]) for row in rows),
        categories=(*categories, *filter(None, [context.category])),
    )


def _visit_rows(snapshot: Snapshot, context: Context, shelf: Shelf | None, moment: datetime) -> VisitRows:
    arrays = snapshot.model.arrays
    views, cart, disliked = (rows_of(arrays, ids) for ids in (context.views, context.cart, context.disliked))
    product = rows_of(arrays, [context.product] if context.product else [])
    bought = [
        # A clock that is ahead of ours makes no purchase of the future.
        (row, max((moment - at).total_seconds(), 0) / SECONDS_A_DAY)
        for product_id, at in context.bought
        if (row := row_of(arrays["ids"], product_id)) is not None
    ]
    country = _country(snapshot, context.country)
    return VisitRows(
        anchors=list(dict.fromkeys([*product, *views])) if shelf is None else product,
        views=views,
        cart=cart,
        disliked=disliked,
        held=buyer_history(bought, country),
        categories=_categories(snapshot, context.category),
        country=country,
        day=moment.timestamp() // SECONDS_A_DAY,
        # By this and the day exploration draws its lot, so a page does not flicker.
        page=f"{shelf}:{context.product}:{context.category}",
    )


def _recommend_by(snapshot: Snapshot, ranking: RankingContext, config: ShelfConfig, k: int) -> list[Recommendation]:
    purpose = config.purpose
    if purpose in (Purpose.NEW, Purpose.NEXT) and not ranking.visit.held.by_days:
        # Without orders only what goes with views and cart is left, and for that the shelf's penalties were made.
        purpose = Purpose.SHELF
    penalties, diversity = snapshot.diversity(purpose, ranking.diversity_percent) if purpose else (None, 0.0)
    return choose(ranking, config.source(ranking), k, penalties=penalties, diversity=diversity)


def _filled(snapshot: Snapshot, ranking: RankingContext, items: list[Recommendation], k: int) -> list[Recommendation]:
    """Fill the places that are left: with what a buyer may take next where nothing stands yet, then with what sells."""
    for config in (BUYER, SELLING):
        if len(items) == k or (items and config is BUYER):
            continue
        excluded, shown = ranking.excluded.copy(), [item.product for item in items]
        excluded[shown] = True
        # What stands already counts as placed, so that limits hold over the whole shelf.
        rest = replace(ranking, excluded=excluded, placed=(*ranking.placed, *shown))
        items = items + _recommend_by(snapshot, rest, config, k - len(items))
    return items


def _suggestions(snapshot: Snapshot, items: Sequence[Recommendation], context: Context, place: str) -> list[Suggestion]:
    """Return what was chosen with its cards, and with reasons in the context's language."""
    model, language = snapshot.model, context.language
    page = rows_of(model.arrays, [context.product])[:1] if context.product else []
    currency = snapshot.catalogue.manifest.get("currency", "")
    # A price of another currency would be read as one of the page's.
    is_priced = not context.currency or not currency or context.currency == currency
    cards = _cards(snapshot, {row for item in items for row in (item.product, item.anchor, item.viewed)}, language)
    titles = {-1: ""} | {row: str(card.get("title", "")) for row, card in cards.items()}
    # Where the shelf stands beside the product, a reason need not repeat its title.
    anchors = titles | {row: this_product(language) for row in page}
    shows_counts, found = bool(snapshot.catalogue.manifest.get("shows_counts", True)), []
    for item in items:
        card, public_id = cards[item.product], int(model.arrays["public_ids"][item.product])
        levels = _category_levels(snapshot, item.product, language) if item.shared else {}
        reasons = reasons_of(item, ReasonContext(anchors[item.anchor], titles[item.viewed], place, levels))
        advice = Advice(subject=f"product:{public_id}", score=item.score, reasons=reasons, model_version=model.version)
        found.append(
            Suggestion(
                product_id=card["id"],
                public_id=public_id,
                external_id=card["external_id"],
                title=card["title"],
                url=card["url"],
                image=card["image"],
                price=card["price"] if is_priced else "",
                advice=advice,
                sentences=sentences_of(reasons, language, shows_counts=shows_counts),
            )
        )
    return found


def _category_levels(snapshot: Snapshot, row: int, language: str) -> dict[str, str]:
    """Return what each level of a product's category is called in a language."""
    code = snapshot.aligned.columns["category"][row]
    if code < 0:
        return {}
    category = str(snapshot.catalogue.arrays["category_names"][code])
    return dict(
        zip(category.split(" > "), category_in(snapshot.catalogue, category, language).split(" > "), strict=False)
    )


def _title(snapshot: Snapshot, row: int, language: str) -> str:
    return str(_cards(snapshot, [row], language)[row].get("title", ""))


def _cards(snapshot: Snapshot, rows: Iterable[int], language: str) -> dict[int, Mapping[str, Any]]:
    """Return the cards of rows of the model, without -1, which is none; {} where the product has gone since."""
    places = {row: int(snapshot.aligned.columns["place"][row]) for row in rows if row >= 0}
    here = [row for row, place in places.items() if place >= 0]
    cards = cards_at(snapshot.catalogue, [places[row] for row in here], language)
    return dict.fromkeys(places, {}) | dict(zip(here, cards, strict=True))


def _page_category(snapshot: Snapshot, context: Context) -> str:
    """Return the category that a page names, else the narrowest that all it lists are of, "" where there is none."""
    if context.category or not context.listed:
        return context.category
    codes = snapshot.aligned.columns["category"][rows_of(snapshot.model.arrays, context.listed)]
    names = snapshot.catalogue.arrays["category_names"]
    paths = [str(names[code]).split(" > ") if code >= 0 else [] for code in codes]
    return " > ".join(commonprefix(paths))


def _categories(snapshot: Snapshot, category: str) -> list[int]:
    """Return the codes of a category and of what lies in it; [] where the shop knows none of that name."""
    if not category:
        return []
    # A sign at both ends, so that a name fits whole levels of a path only: Lamps is no part of Lampshades.
    wanted = f" > {category.casefold()} > "
    names = snapshot.catalogue.arrays["category_names"]
    return [code for code, name in enumerate(names) if wanted in f" > {str(name).casefold()} > "]


def _country(snapshot: Snapshot, country: str) -> int:
    countries = list(snapshot.model.manifest["countries"])
    return countries.index(country) if country in countries else -1


def _place(snapshot: Snapshot, context: Context) -> str:
    """Return the name of the country or else the category whose sales count, "" where the whole shop's do."""
    if _country(snapshot, context.country) >= 0:
        return str(Locale.parse(context.language).territories.get(context.country, context.country))
    if not _categories(snapshot, context.category):
        return ""
    return category_in(snapshot.catalogue, context.category, context.language).rsplit(" > ", 1)[-1]
