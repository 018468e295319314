"""The merchant's rules for suggestions, as their pages show them."""

import json
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from recommender.products.data.catalogue import title_of
from recommender.products.evaluation import replay as replays
from recommender.products.evaluation.types import ReplaySummary
from recommender.products.pages.suggestions import categories_in, found_products
from recommender.products.pages.types import RuleLine, RulePreview, RulesPage
from recommender.products.rules import services as rules
from recommender.products.rules.book import RuleData, as_json
from recommender.products.rules.engine.application import rules_of_day
from recommender.products.rules.types import PINNED_SHELVES, Push, Rule, Strength
from recommender.products.rules.words import (
    difference_of,
    rule_names,
    sentence_of_caution,
    sentence_of_rule,
    shelf_name,
    strength_word,
)
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context, Shelf
from shopconnect.catalog.selectors import find_product, list_products
from shopconnect.core.clock import today
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import Latest
from shopconnect.core.words import fold
from shopconnect.shops.selectors import shop_profile

PLACES, MOST_NAMES = 8, 500


def rules_page(shop_id: ShopId, language: str) -> RulesPage:
    """Return a shop's rules as they hold and as they are being written, with what is risky about them."""
    live, draft = rules.current_version(shop_id), rules.find_draft(shop_id)
    written = draft.rules if draft else live.rules
    with shop_scope(shop_id):
        profile = shop_profile()
    (categories, vendors), names = rules.known_names(shop_id), rule_names(shop_id, language)
    return RulesPage(
        live=live,
        draft=draft,
        zone=profile.timezone,
        currency=profile.currency,
        etag=rules.etag_of(written),
        lines=tuple(
            RuleLine(sentence=sentence_of_rule(rule, names), data=_data(rule), is_new=rule not in live.rules)
            for rule in written
        ),
        changes=difference_of(live.rules, written, names),
        cautions=tuple(sentence_of_caution(one, names) for one in rules.cautions_for(shop_id, written)),
        replay=replays.latest_replay(shop_id, written),
        categories=Latest(categories_in(shop_id, categories[:MOST_NAMES], language).values(), len(categories)),
        vendors=Latest(vendors[:MOST_NAMES], len(vendors)),
    )


def rule_preview(
    shop_id: ShopId, public_id: int | None, shelf: Shelf | None, page: RulesPage, language: str, day: date | None
) -> RulePreview | None:
    """Return a shelf beside a product as it is on a day, and as the draft would have it; None without a product."""
    with shop_scope(shop_id):
        product = find_product(public_id) if public_id else next(iter(list_products(limit=1)), None)
    if product is None:
        return None
    name = str(product.public_id)
    context = Context(product=name, cart=(name,) if shelf == Shelf.CART else (), views=(name,), language=language)
    day = day or today(page.zone)
    written = (page.live.rules, page.draft.rules if page.draft else page.live.rules)
    before, after = (suggest(shop_id, shelf, context, PLACES, rules=rules_of_day(one, day)) for one in written)
    return RulePreview(
        public_id=product.public_id,
        title=title_of(shop_id, product.public_id, language) or product.title,
        shelf=shelf,
        day=day,
        takes_pins=shelf is None or shelf in PINNED_SHELVES,
        before=tuple(before),
        after=tuple(after),
    )


def rule_words(replay: ReplaySummary | None) -> dict[str, object]:
    """Return the words of the page's lists: kinds of rules, what is lifted and by how much, the shelves of a replay."""
    return {
        "kinds": [
            ("pin", _("Pin")),
            ("exclude", _("Exclude")),
            ("boost", _("Boost")),
            ("limit", _("Limit")),
            ("bought", _("Hide recent purchases")),
            ("corridor", _("Price range")),
            ("stock", _("In stock only")),
        ],
        "pushes": [
            (Push.MARGIN.value, _("high-margin products")),
            (Push.OVERSTOCK.value, _("stock for over six months")),
            (Push.NEW.value, _("new products")),
            (Push.VENDOR.value, _("a brand")),
        ],
        "strengths": [(one.value, strength_word(one)) for one in Strength],
        "tallies": [
            (tally, shelf_name(tally.shelf) if tally.shelf else _("Product pages"))
            for tally in (replay.tallies if replay else ())
            if tally.moments
        ],
    }


def shelf_choices() -> list[tuple[str, str, bool]]:
    """Return each shelf as (value, name, whether something may be pinned there)."""
    return [(shelf.value, shelf_name(shelf), shelf in PINNED_SHELVES) for shelf in Shelf]


def find_item(shop_id: ShopId, public_id: int | None, language: str) -> tuple[str, str] | None:
    """Return a product that was chosen for a rule, as (id, title), or None."""
    with shop_scope(shop_id):
        product = find_product(public_id) if public_id else None
    if product is None:
        return None
    return str(product.public_id), title_of(shop_id, product.public_id, language) or product.title


def find_titled(shop_id: ShopId, title: str, language: str) -> RuleData | None:
    """Return what excludes the one product whose title is this, or contains it; None where none does, or several."""
    found = found_products(shop_id, title, language)
    exact = [one for one in found if one.title.casefold() == title.casefold()]
    chosen = exact or found
    return {"name": str(chosen[0].public_id)} if len(chosen) == 1 else None


def find_category(shop_id: ShopId, typed: str, language: str) -> str:
    """Return the shop's own name of the one category that is typed, in its words or the reader's, whole or the last.

    Words are compared without accents; what names no category, or several, is returned as it was typed.
    """
    names, meant = rules.known_names(shop_id)[0], fold(typed)
    wholes, lasts = set(), set()
    for name, read in categories_in(shop_id, names, language).items():
        own, parts = name.split(" > "), read.split(" > ")
        for depth in range(1, len(own) + 1):
            for path in (own, parts) if len(parts) == len(own) else (own,):
                if fold(" ".join(path[:depth])) == meant:
                    wholes.add(" > ".join(own[:depth]))
                if fold(path[depth - 1]) == meant:
                    lasts.add(" > ".join(own[:depth]))
    found = wholes or lasts
    return found.pop() if len(found) == 1 else typed


def read_data(text: str) -> Mapping[str, object]:
    """Return a rule's fields as a form of the page gives them back; {} where it is no such text."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):  # brackets without end
        return {}
    return data if isinstance(data, dict) else {}


def _data(rule: Rule) -> str:
    return json.dumps(as_json([rule])[0])
