"""Shelves ready to send: what is the same for everybody is made once a day, and stands in when nothing comes.

A shelf waits for nobody: where what was learnt is not open yet, or cannot be read, the last list that this process
made for the same page is sent, else what sold in the shop when that was last asked for, else an empty shelf.
"""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

from django.conf import settings

from recommender.products import shelves
from recommender.products.facts import load_facts
from recommender.products.learning import MODEL
from recommender.products.rules import rules_for
from recommender.products.types import RULES_KIND, Context, Shelf
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.types import NO_ARM, Arm

MOST_KEPT = 5_000
Versions = tuple[str, str, int, int]  # of model, facts and the merchant's rules, and the day


@dataclass(frozen=True, slots=True)
class Page:
    """A shelf as one page asks for it, by somebody in an arm of a trial; another arm's is another page."""

    shop_id: ShopId
    shelf: Shelf | None
    context: Context
    k: int
    is_plain: bool = False
    arm: Arm = NO_ARM


@dataclass(frozen=True, slots=True)
class Ready:
    """A shelf as JSON, and what it was made of."""

    text: bytes
    is_empty: bool
    versions: Versions | None = None


_kept: OrderedDict[Page, Ready] = OrderedDict()
_lock = threading.Lock()


def ready_shelf(page: Page) -> Ready:
    """Return a shelf in the active language, which is the context's; no database, and no wait to speak of."""
    with store.patience(settings.MOMENT_SECONDS):
        model, facts = store.load(page.shop_id, MODEL), load_facts(page.shop_id)
        if model is None or facts is None:
            return _kept.get(_common(page)) or _kept.get(_selling(page)) or _made(page)
        tried, day = page.arm.value_of(RULES_KIND), now().toordinal()
        rules = rules_for(page.shop_id, None if tried is None else int(tried)).number
        versions = (model.version, facts.version, rules, day)
        if _is_common(page.context):
            return _kept_or_made(page, versions)
        _kept_or_made(_selling(page), versions)
        return _made(page, versions)


@caches.register
def forget() -> None:
    """Forget every shelf that was made."""
    with _lock:
        _kept.clear()


def _is_common(context: Context) -> bool:
    """Say whether nothing is in it that only this visit knows."""
    return not (context.views or context.cart or context.disliked or context.bought)


def _common(page: Page) -> Page:
    """Return the page for whoever comes there, without what only this visit knows."""
    return replace(page, context=replace(page.context, views=(), cart=(), disliked=(), bought=()))


def _selling(page: Page) -> Page:
    """Return the page of what sells in the shop."""
    return replace(page, shelf=Shelf.TRENDING, context=Context(language=page.context.language))


def _kept_or_made(page: Page, versions: Versions) -> Ready:
    """Return what is kept of these versions; what is made anew is kept, and what sells beside it."""
    kept = _kept.get(page)
    if kept and kept.versions == versions:
        return kept
    made, selling = _made(page, versions), _selling(page)
    with _lock:
        _kept[page] = made
        _kept.move_to_end(page)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    if page != selling:
        _kept_or_made(selling, versions)
    return made


def _made(page: Page, versions: Versions | None = None) -> Ready:
    shown = shelves.shelf_for(page.shop_id, page.shelf, page.context, page.k, is_plain=page.is_plain, arm=page.arm)
    text = json.dumps({**shown, "arm": page.arm.letter}).encode()
    return Ready(text, not shown["items"], versions)
