"""What a shelf shows: picks of the engine, the cards that belong to them, and the sentences that say why."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from recommender.products.engine.cards import barred_products, row_of, unpack_text
from recommender.products.engine.serving import Pick, held_by, pick_companions, pick_for_buyer, pick_trending, rows_of
from recommender.products.learning import CARDS, MODEL
from recommender.products.reasons import reasons_of, sentences_of
from recommender.products.types import Purpose, Suggestion
from shopconnect.core import artefacts
from shopconnect.core.artefacts import Artefact
from shopconnect.core.clock import now
from shopconnect.core.tenancy import ShopId
from shopconnect.privacy.types import Advice

SECONDS_A_DAY, MOST_KEPT = 86_400, 2_000


def suggest(
    shop_id: ShopId, anchors: Sequence[str], language: str, k: int, bought: Sequence[tuple[int, datetime]] = (),
    *, is_plain: bool = False,
) -> list[Suggestion]:  # fmt: skip
    """Return up to k suggestions with reasons and sentences in a language; none while the shop was never learnt.

    Plain ones are what sells now, without the anchors.
    """
    model, cards = artefacts.load(shop_id, MODEL), artefacts.load(shop_id, CARDS)
    if model is None or cards is None or k < 1:
        return []
    barred = _barred(model, cards).copy()
    rows = rows_of(model.arrays, anchors)
    barred[rows] = True
    picks = [] if is_plain else pick_companions(model.arrays, rows, barred, k, _variety(model, Purpose.SHELF))
    if not picks and bought:
        picks = _for_buyer(model, bought, barred, k)
    if len(picks) < k:
        barred[[pick.product for pick in picks]] = True
        picks = picks + pick_trending(model.arrays, barred, k - len(picks))
    with translation.override(language):
        return [_suggestion(model, cards, pick, language) for pick in picks]


def shelf_for(
    shop_id: ShopId, anchors: Sequence[str], language: str, k: int, *, is_plain: bool = False
) -> dict[str, object]:
    """Return a shelf as the widget shows it: title, items with one reason each, the model's version."""
    shown = suggest(shop_id, anchors, language, k, is_plain=is_plain)
    beside = any(suggestion.advice.reasons[0].key not in ("trend", "popular") for suggestion in shown)
    return {
        "title": _("You may also like") if anchors and beside else _("Selling well these days"),
        "items": [
            {
                "id": suggestion.external_id, "title": suggestion.title, "url": suggestion.url,
                "image": suggestion.image, "price": suggestion.price,
                "reason": suggestion.sentences[0], "reasons": suggestion.sentences,
            }
            for suggestion in shown
        ],
        "model": shown[0].advice.model_version if shown else "",
    }  # fmt: skip


def title_of(shop_id: ShopId, public_id: int, language: str) -> str:
    """Return a product's title in a language, "" while its card is not written."""
    cards = artefacts.load(shop_id, CARDS)
    return str(_card(cards, public_id, language).get("title", "")) if cards else ""


def _for_buyer(model: Artefact, bought: Sequence[tuple[int, datetime]], barred: Any, k: int) -> list[Pick]:
    moment, rows = now(), model.arrays["ids"]
    held = [
        (row, max((moment - at).total_seconds(), 0) / SECONDS_A_DAY)
        for product_id, at in bought
        if (row := row_of(rows, product_id)) is not None
    ]
    if not held:
        return []
    weights = model.manifest["weights"][Purpose.NEXT.value]
    return pick_for_buyer(model.arrays, weights, held_by(held), barred, k, _variety(model, Purpose.NEXT))


def _variety(model: Artefact, purpose: Purpose) -> float:
    return float(model.manifest.get("variety", {}).get(purpose.value, 0.0))


def _suggestion(model: Artefact, cards: Artefact, pick: Pick, language: str) -> Suggestion:
    public_id = int(model.arrays["public_ids"][pick.product])
    card = _card(cards, public_id, language)
    anchor = _card(cards, int(model.arrays["public_ids"][pick.anchor]), language) if pick.anchor >= 0 else {}
    reasons = reasons_of(pick, anchor.get("title", ""))
    advice = Advice(subject=f"product:{public_id}", score=pick.score, reasons=reasons, model_version=model.version)
    return Suggestion(
        product_id=card["id"], public_id=public_id, external_id=card["external_id"], title=card["title"],
        url=card["url"], image=card["image"], price=card["price"], advice=advice, sentences=sentences_of(reasons),
    )  # fmt: skip


def _card(cards: Artefact, public_id: int, language: str) -> dict[str, Any]:
    """Return a product's card in a language the shop has, {} when the product has gone since."""
    row = row_of(cards.arrays["public_ids"], public_id)
    if row is None:
        return {}
    known: Sequence[str] = cards.manifest["languages"]
    written = language if language in known else known[0]
    text = unpack_text(cards.arrays[f"cards_{written}"], cards.arrays[f"ends_{written}"], row)
    card: dict[str, Any] = json.loads(text)
    return card


def _barred(model: Artefact, cards: Artefact) -> Any:
    """Return which rows may not be shown, worked out once for each pair of versions (their names are unique)."""
    versions = (model.version, cards.version)
    if versions not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        arrays = cards.arrays
        _kept[versions] = barred_products(model.arrays["public_ids"], arrays["public_ids"], arrays["available"])
    return _kept[versions]


_kept: dict[tuple[str, str], Any] = {}
