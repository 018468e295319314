"""Shelves ready to send: what is the same for everybody is made once, and what was made stands in when nothing comes.

A shelf waits for nobody: where what was learnt is not open yet, or cannot be read, the last list that this process
made for the same page is sent, else what sold in the shop when that was last asked for, else an empty shelf.
"""

import json
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace

from django.conf import settings

from recommender.products import shelves
from recommender.products.facts import load_facts
from recommender.products.learning import MODEL
from recommender.products.rules import rules_for
from recommender.products.types import Context, Shelf
from shopconnect.core import artefacts
from shopconnect.core.tenancy import ShopId
from shopconnect.experiments.types import NO_ARM, Arm

FRESH_SECONDS, MOST_KEPT = 30.0, 5_000


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
    """A shelf as JSON, of which versions of model, facts and the merchant's rules, and when it was made."""

    text: bytes
    is_empty: bool
    versions: tuple[str, ...] = ()
    made_at: float = 0.0


_kept: OrderedDict[Page, Ready] = OrderedDict()
_lock = threading.Lock()


def ready_shelf(page: Page) -> Ready:
    """Return a shelf in the active language, which is the context's; no database, and no wait to speak of."""
    with artefacts.patience(settings.MOMENT_SECONDS):
        model, facts = artefacts.load(page.shop_id, MODEL), load_facts(page.shop_id)
        if model is None or facts is None:
            return _kept.get(_common(page)) or _kept.get(_selling(page)) or _made(page)
        versions = (model.version, facts.version, str(rules_for(page.shop_id, page.arm.rules).number))
        _kept_or_made(_selling(page), versions)
        return _kept_or_made(page, versions) if page == _common(page) else _made(page, versions)


def forget() -> None:
    """Forget every shelf that was made."""
    with _lock:
        _kept.clear()


def _common(page: Page) -> Page:
    """Return the page for whoever comes there, without what only this visit knows."""
    return replace(page, context=replace(page.context, views=(), cart=(), disliked=(), bought=()))


def _selling(page: Page) -> Page:
    """Return the page of what sells in the shop."""
    return replace(page, shelf=Shelf.TRENDING, context=Context(language=page.context.language))


def _kept_or_made(page: Page, versions: tuple[str, ...]) -> Ready:
    kept = _kept.get(page)
    if kept and kept.versions == versions and time.monotonic() - kept.made_at < FRESH_SECONDS:
        return kept
    made = _made(page, versions)
    with _lock:
        _kept[page] = made
        _kept.move_to_end(page)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _made(page: Page, versions: tuple[str, ...] = ()) -> Ready:
    shown = shelves.shelf_for(page.shop_id, page.shelf, page.context, page.k, is_plain=page.is_plain, arm=page.arm)
    text = json.dumps({**shown, "arm": page.arm.letter}).encode()
    return Ready(text, not shown["items"], versions, time.monotonic())
