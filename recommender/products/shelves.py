"""What a shelf shows: picks of the engine, the cards that belong to them, and the sentences that say why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from babel import Locale
from django.utils import translation

from recommender.products.engine import candidates
from recommender.products.engine.buyer import held_by
from recommender.products.engine.candidates import Gather, Question, Visit
from recommender.products.engine.cards import row_of, unpack_text
from recommender.products.engine.exposure import price_name
from recommender.products.engine.rules import rules_on, with_pins
from recommender.products.engine.serving import Pick, choose, explore, pinned, rows_of
from recommender.products.facts import load_facts
from recommender.products.learning import MODEL
from recommender.products.reasons import Told, reasons_of, sentences_of
from recommender.products.rule_types import Rule
from recommender.products.rules import rules_for
from recommender.products.today import today_of
from recommender.products.types import RULES_KIND, VARIETY_KIND, Context, Purpose, Shelf, Suggestion
from recommender.products.words import empty_of, heading_of, why_of
from shopconnect.core.artefacts import store
from shopconnect.core.artefacts.store import Artefact
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.types import NO_ARM, Arm
from shopconnect.privacy.types import Advice

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a shelf comes about: what may stand on it, whose exposure prices and variety hold, whether it explores.

    A plain one needs nothing that was learnt, and is what a shop beyond its plan still gets.
    """

    gather: Gather
    purpose: Purpose | None = None
    explores: bool = False
    is_plain: bool = False


BESIDE = Recipe(candidates.beside, Purpose.SHELF, explores=True)
BUYER = Recipe(candidates.for_buyer, Purpose.NEXT)
SELLING = Recipe(candidates.trending, is_plain=True)
RECIPES: Mapping[Shelf, Recipe] = {
    Shelf.SIMILAR: Recipe(candidates.similar, explores=True),
    Shelf.TOGETHER: Recipe(candidates.together),
    Shelf.CART: Recipe(candidates.cart, Purpose.SHELF, explores=True),
    Shelf.FOR_YOU: Recipe(candidates.for_you, Purpose.NEW, explores=True),
    Shelf.VIEWED: Recipe(candidates.viewed),
    Shelf.AGAIN: Recipe(candidates.again),
    Shelf.RECENT: Recipe(candidates.recent, is_plain=True),
    Shelf.TRENDING: SELLING,
    Shelf.NEW: Recipe(candidates.new, is_plain=True),
    Shelf.SALE: Recipe(candidates.sale, is_plain=True),
}


def suggest(
    shop_id: ShopId,
    shelf: Shelf | None,
    context: Context,
    k: int,
    *,
    explores: bool = False,
    is_plain: bool = False,
    rules: Sequence[Rule] | None = None,
    variety: float | None = None,
) -> list[Suggestion]:
    """Return up to k suggestions with reasons and sentences in the context's language; none while nothing was learnt.

    Without a shelf: companions of the product and the views, else what a buyer may take next, and what sells now in
    the places that are left. Plain ones are what sells now, but where a shelf needs nothing that was learnt. The
    merchant's `rules` are those in force, and what is given for `variety` (percent of accuracy) is what the shop chose,
    unless others are tried.
    """
    model, cards = store.load(shop_id, MODEL), load_facts(shop_id)
    if model is None or cards is None or k < 1:
        return []
    held = rules_for(shop_id).rules if rules is None else rules
    question = replace(_question(model, cards, context, shelf, held), variety=variety)
    picks = _picks(model, question, shelf, k, explores=explores, is_plain=is_plain)
    with translation.override(context.language):
        place = _place(model, cards, context) if shelf == Shelf.TRENDING else ""
        return [_suggestion(model, cards, pick, context, place) for pick in picks]


def rows_shown(
    model: Artefact, cards: Artefact, shelf: Shelf | None, context: Context, k: int, rules: Sequence[Rule]
) -> list[int]:
    """Return the rows of the products that a shelf shows by some rules, without places to explore."""
    picks = _picks(model, _question(model, cards, context, shelf, rules), shelf, k)
    return [pick.product for pick in picks]


def shelf_for(
    shop_id: ShopId, shelf: Shelf | None, context: Context, k: int, *, is_plain: bool = False, arm: Arm = NO_ARM
) -> dict[str, object]:
    """Return a shelf as the widget shows it: heading, items with their reasons, why, the model's version.

    In an arm it shows what is tried there. An empty one says what would bring something there.
    """
    tried, variety = arm.value_of(RULES_KIND), arm.value_of(VARIETY_KIND)
    rules = rules_for(shop_id, None if tried is None else int(tried)).rules
    shown = suggest(shop_id, shelf, context, k, explores=True, is_plain=is_plain, rules=rules, variety=variety)
    keys = {one.advice.reasons[0].key for one in shown}
    is_beside = bool(context.product) and not keys <= {"week", "week_place", "trend", "popular"}
    replaced = shelf is not None and is_plain and not RECIPES[shelf].is_plain
    told = Shelf.TRENDING if replaced else shelf
    return {
        "shelf": told or "",
        "title": heading_of(told, **_heading_facts(shop_id, context), is_beside=is_beside),
        "why": why_of(told, explores=(RECIPES[told] if told else BESIDE).explores),
        "items": [
            {
                "id": one.external_id,
                "title": one.title,
                "url": one.url,
                "image": one.image,
                "price": one.price,
                "reason": one.sentences[0],
                "reasons": one.sentences,
                "keys": [reason.key for reason in one.advice.reasons],
            }
            for one in shown
        ],
        "empty": "" if shown else empty_of(told),
        "model": shown[0].advice.model_version if shown else "",
    }


def title_of(shop_id: ShopId, public_id: int, language: str) -> str:
    """Return a product's title in a language, "" while its card is not written."""
    cards = load_facts(shop_id)
    return str(_card(cards, public_id, language).get("title", "")) if cards else ""


def _heading_facts(shop_id: ShopId, context: Context) -> dict[str, str]:
    """Return what a heading names: the product that was viewed last, and the category or country of the page."""
    model, cards = store.load(shop_id, MODEL), load_facts(shop_id)
    if model is None or cards is None:
        return {}
    viewed = rows_of(model.arrays, context.views[:1])
    return {"title": _title(model, cards, viewed[0], context) if viewed else "", "place": _place(model, cards, context)}


def _picks(
    model: Artefact, question: Question, shelf: Shelf | None, k: int, *, explores: bool = False, is_plain: bool = False
) -> list[Pick]:
    """Choose what stands on a shelf; what the merchant pins has its place before anything is chosen."""
    pins = [(place, row) for place, row in question.rules.pins if place < k and row in question.standing]
    room, recipe = k - len(pins), RECIPES[shelf] if shelf else BESIDE
    picks = _picked(model, question, SELLING if is_plain and not recipe.is_plain else recipe, room)
    if shelf is None:
        picks = _filled(model, question, picks, room)
    if explores and recipe.explores and not is_plain:
        picks = explore(question, picks, room)
    return with_pins(picks, [(place, pinned(question, row)) for place, row in pins], k)


def _question(
    model: Artefact, cards: Artefact, context: Context, shelf: Shelf | None, rules: Sequence[Rule]
) -> Question:
    arrays, moment = model.arrays, now()
    day = moment.timestamp() // SECONDS_A_DAY
    today, held = today_of(model, cards), rules_on(rules, shelf)
    bound, out = today.bound(held)
    views, cart, disliked = (rows_of(arrays, ids) for ids in (context.views, context.cart, context.disliked))
    product = rows_of(arrays, [context.product] if context.product else [])
    beside = list(dict.fromkeys([*product, *views])) if shelf is None else product
    barred = out.copy()
    barred[[*beside, *cart, *disliked]] = True
    standing = tuple(row for _place, row in bound.pins if not barred[row])
    barred[list(standing)] = True
    bought = [
        (row, max((moment - at).total_seconds(), 0) / SECONDS_A_DAY)
        for product_id, at in context.bought
        if (row := row_of(arrays["ids"], product_id)) is not None
    ]
    country = _country(model, context.country)
    visit = Visit(
        beside=beside,
        views=views,
        cart=cart,
        disliked=disliked,
        held=held_by(bought, country),
        categories=_categories(cards, context.category),
        country=country,
        day=day,
        page=f"{shelf}:{context.product}:{context.category}",
    )
    return Question(
        arrays=arrays,
        columns=today.facts,
        weights=model.manifest["weights"],
        barred=barred,
        visit=visit,
        rules=bound,
        untried=today.untried(held, day),
        standing=standing,
    )


def _picked(model: Artefact, question: Question, recipe: Recipe, k: int) -> list[Pick]:
    purpose = recipe.purpose
    if purpose == Purpose.NEW and not question.visit.held.by_days:
        purpose = Purpose.SHELF
    prices, variety = _variety(model, purpose, question.variety) if purpose else ("", 0.0)
    return choose(question, recipe.gather(question), k, prices=prices, variety=variety)


def _filled(model: Artefact, question: Question, picks: list[Pick], k: int) -> list[Pick]:
    """Fill the places that are left: with what a buyer may take next where nothing stands yet, then with what sells."""
    for recipe in (BUYER, SELLING):
        if len(picks) == k or (picks and recipe is BUYER):
            continue
        barred, shown = question.barred.copy(), [pick.product for pick in picks]
        barred[shown] = True
        rest = replace(question, barred=barred, standing=(*question.standing, *shown))
        picks = picks + _picked(model, rest, recipe, k - len(picks))
    return picks


def _variety(model: Artefact, purpose: Purpose, percent: float | None) -> tuple[str, float]:
    """Return the exposure prices that hold, by name, and the variety: as is served, or as a share of accuracy buys."""
    name, manifest = purpose.value, model.manifest
    served = float(manifest.get("variety", {}).get(name, 0.0))
    tried = (
        served if percent is None else float(manifest.get("varieties", {}).get(name, {}).get(f"{percent:g}", served))
    )
    return (f"prices_{name}" if tried == served else price_name(name, tried)), tried


def _suggestion(model: Artefact, cards: Artefact, pick: Pick, context: Context, place: str) -> Suggestion:
    public_id = int(model.arrays["public_ids"][pick.product])
    card = _card(cards, public_id, context.language)
    told = Told(_title(model, cards, pick.anchor, context), _title(model, cards, pick.viewed, context), place)
    reasons = reasons_of(pick, told)
    advice = Advice(subject=f"product:{public_id}", score=pick.score, reasons=reasons, model_version=model.version)
    currency = cards.manifest.get("currency", "")
    is_priced = not context.currency or not currency or context.currency == currency
    return Suggestion(
        product_id=card["id"],
        public_id=public_id,
        external_id=card["external_id"],
        title=card["title"],
        url=card["url"],
        image=card["image"],
        price=card["price"] if is_priced else "",
        advice=advice,
        sentences=sentences_of(reasons),
    )


def _title(model: Artefact, cards: Artefact, row: int, context: Context) -> str:
    if row < 0:
        return ""
    return str(_card(cards, int(model.arrays["public_ids"][row]), context.language).get("title", ""))


def _card(cards: Artefact, public_id: int, language: str) -> Mapping[str, Any]:
    """Return a product's card in a language the shop has, {} when the product has gone since."""
    row = row_of(cards.arrays["public_ids"], public_id)
    if row is None:
        return {}
    known: Sequence[str] = cards.manifest["languages"]
    written = language if language in known else known[0]
    return _read_card(unpack_text(cards.arrays[f"cards_{written}"], cards.arrays[f"ends_{written}"], row))


@lru_cache(maxsize=4_000)
def _read_card(text: bytes) -> Mapping[str, Any]:
    card: Mapping[str, Any] = json.loads(text)
    return card


def _categories(cards: Artefact, category: str) -> list[int]:
    """Return the codes of a category and of what lies in it; [] where the shop knows none of that name."""
    wanted = f" > {category.casefold()} > "
    names = cards.arrays.get("category_names", ()) if category else ()
    return [code for code, name in enumerate(names) if wanted in f" > {str(name).casefold()} > "]


def _country(model: Artefact, country: str) -> int:
    countries = list(model.manifest.get("countries", ()))
    return countries.index(country) if country in countries else -1


def _place(model: Artefact, cards: Artefact, context: Context) -> str:
    """Return the name of the country or else the category whose sales count, "" where the whole shop's do."""
    if _country(model, context.country) >= 0:
        return str(Locale.parse(context.language).territories.get(context.country, context.country))
    return context.category.rsplit(" > ", 1)[-1] if _categories(cards, context.category) else ""
