"""Verbs of the products room: learn a shop, ask for learning, suggest."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from recommender.products import evaluation, increments, learning, ready, selectors, shelves
from recommender.products.audits import ask_audit
from recommender.products.facts import save_facts
from recommender.products.models import ShelfSetting, TrainingRun
from recommender.products.ready import Page, Ready
from recommender.products.types import (
    VARIETY_KIND,
    VARIETY_PERCENTS,
    Context,
    GateFacts,
    ProofFacts,
    Purpose,
    Shelf,
    ShelfPreview,
    SizeFacts,
    State,
    Suggestion,
    Task,
    TrainingFacts,
    VarietyChoice,
    VarietyFacts,
    VarietyPoint,
)
from shopconnect.catalog.selectors import find_product
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.spread import place_in
from shopconnect.core.jobs.work import add_due, done_here
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.services import make_way
from shopconnect.experiments.types import NO_ARM, Arm
from shopconnect.orders.selectors import last_order_at
from shopconnect.shops.audit import note
from shopconnect.shops.selectors import all_shops

log = get_logger(__name__)

WORK_KIND, ADDING_KIND, CARDS_KIND, NO_SUBJECT = "train_products", "add_to_products", "refresh_cards", 0
DEAD_AFTER, WEEK = timedelta(hours=2), timedelta(days=6.5)  # a night of the week, whenever in it the last one was
GROWN = 1.2  # times the lines that were learnt from: sooner than after a week, then
Progress = Callable[[str, int], None]


def train_shop(shop_id: ShopId, progress: Progress | None = None, seed: int = 0) -> TrainingFacts:
    """Learn a shop's suggestions from all its orders and put them in service; returns the training's facts.

    Reads in one scope, learns outside any, saves one artefact whole; readers see the old one or the new one.
    `progress` gets a step and a percentage. Raises Refusal(too_little) when there is nothing to learn from.
    """
    run_id = _start_run(shop_id)

    def report(step: str, percent: int) -> None:
        _note_step(shop_id, run_id, step, percent)
        if progress:
            progress(step, percent)

    outcome: dict[str, object] = {"state": State.FAILED}
    try:
        report("reading", 0)
        with done_here(shop_id, WORK_KIND, NO_SUBJECT):
            version, counts, figures = learning.learn_and_save(shop_id, seed, report)
        outcome = {"state": State.DONE, "version": version, "counts": counts, "figures": figures, "percent": 100}
    finally:
        error = sys.exc_info()[1]
        told = getattr(error, "code", type(error).__name__) if error else ""
        facts = _end_run(shop_id, run_id, error=told, **outcome)
    log.info("trained", shop_id=shop_id, version=facts.version)
    return facts


def train_for_queue(shop_id: ShopId) -> None:
    """Learn a shop for the background: too little to learn from is no failure, there is only nothing to do yet."""
    try:
        train_shop(shop_id)
    except Refusal as refusal:
        log.info("not_trained", shop_id=shop_id, code=refusal.code)


def evaluate_products(
    shop_id: ShopId,
    task: Task,
    *,
    cut: date | None = None,
    days: int = 28,
    k: int = 10,
    seed: int = 0,
    mask_seen: bool = False,
    progress: Progress = lambda step, percent: None,
) -> dict[str, object]:
    """Measure every model on the shop's own history; see evaluation.evaluate_products. Changes nothing."""
    return evaluation.evaluate_products(
        shop_id, task, cut=cut, days=days, k=k, seed=seed, mask_seen=mask_seen, progress=progress
    )


def ask_training(shop_id: ShopId) -> None:
    """Have a worker learn a shop soon; asking again before it began changes nothing."""
    with shop_scope(shop_id):
        add_due(WORK_KIND, NO_SUBJECT)


def follow_load(shop_id: ShopId) -> None:
    """Have cards and suggestions follow a load that changed something; run in the shop's scope."""
    add_due(CARDS_KIND, NO_SUBJECT)
    add_due(WORK_KIND, NO_SUBJECT)


def follow_change(shop_id: ShopId) -> None:
    """Have cards follow a change of products, at the next sweep, so that many changes cost one writing.

    Run in the shop's scope.
    """
    add_due(CARDS_KIND, NO_SUBJECT, now() + timedelta(seconds=1))


def ask_trainings_of(hour: int) -> int:
    """Ask for the weekly learning of the shops whose hour (UTC) it is: where the last was a week ago and there is news.

    A shop that has grown by a fifth since is learnt again the same night. Facts are written anew in any case, for a
    reduction ends by itself. Returns how many were asked for.
    """
    asked = 0
    for shop_id in all_shops():
        if hour_of(shop_id) != hour:
            continue
        with shop_scope(shop_id):
            add_due(CARDS_KIND, NO_SUBJECT)
        if _is_due(shop_id):
            ask_training(shop_id)
            asked += 1
    return asked


def ask_additions() -> int:
    """Ask for the increment of each shop that has something to add to its model; returns how many were asked for."""
    asked = 0
    for shop_id in all_shops():
        if increments.has_news(shop_id):
            with shop_scope(shop_id):
                add_due(ADDING_KIND, NO_SUBJECT)
            asked += 1
    return asked


def add_to_model(shop_id: ShopId) -> str:
    """Put what came since into the model that is served; returns the new version, "" where there was nothing to add.

    One at a time a shop, as with learning: both wait in one queue, which gives a shop one place.
    """
    version = increments.add_and_save(shop_id)
    log.info("added", shop_id=shop_id, version=version)
    return version


def hour_of(shop_id: ShopId) -> int:
    """Return the hour of the night, 0 to 5 UTC, at which a shop is learnt; spread by a stable hash of its id."""
    return place_in(shop_id, 6)


def refresh_cards(shop_id: ShopId) -> str:
    """Write what shelves show and rules read (titles, prices, stock) anew from the catalog; returns the version."""
    return save_facts(shop_id)


def suggest(
    shop_id: ShopId, anchors: Sequence[str], language: str, k: int = 4, bought: Sequence[tuple[int, datetime]] = ()
) -> list[Suggestion]:
    """Return up to k suggestions with reasons, from memory-mapped files; no database, no scope.

    `anchors` are product ids (the platform's or our public ones), the newest first. Without a known anchor, what a
    buyer `bought` (our product ids and when) decides, and without that what sells now, then what sold ever. Anchors
    and what cannot be bought are never among them.
    """
    context = Context(views=tuple(anchors), language=language, bought=tuple(bought))
    return shelves.suggest(shop_id, None, context, k)


def suggest_on(shop_id: ShopId, shelf: Shelf | None, context: Context, k: int = 4) -> list[Suggestion]:
    """Return what stands on a shelf for a visit, up to k suggestions, without places to explore; no database."""
    return shelves.suggest(shop_id, shelf, context, k)


def shelf_for(
    shop_id: ShopId, shelf: Shelf | None, context: Context, k: int, *, is_plain: bool = False, arm: Arm = NO_ARM
) -> dict[str, object]:
    """Return what a shopper's shelf shows, in the active language: heading, items, why, the model's version.

    A plain one shows what sells now, whatever it is asked beside; in an arm it shows what is tried there. No database.
    """
    return shelves.shelf_for(shop_id, shelf, context, k, is_plain=is_plain, arm=arm)


def ready_shelf(page: Page) -> Ready:
    """Return the same as JSON, with what stands in while nothing can be served; see ready.py."""
    return ready.ready_shelf(page)


def suggestions_for_page(
    shop_id: ShopId, public_id: int, language: str, k: int = 8, shelf: Shelf | None = None
) -> ShelfPreview:
    """Return what the merchant sees for a product: suggestions, reasons, and whether learning beat the simple rule.

    On a shelf the product is the one of the page, the last one viewed, and all that lies in the cart. Raises Missing
    when the shop has no such product.
    """
    with shop_scope(shop_id):
        product = find_product(public_id)
        training = selectors.latest_training(State.DONE)
    if product is None:
        raise Missing(_("There is no such product."))
    model, name = store.load(shop_id, learning.MODEL), str(public_id)
    return ShelfPreview(
        product_title=shelves.title_of(shop_id, public_id, language) or product.title,
        suggestions=tuple(
            suggest_on(shop_id, shelf, Context(product=name, views=(name,), cart=(name,), language=language), k)
        ),
        gates=model_gates(shop_id),
        trained_at=training.finished_at if training else None,
        version=model.version if model else "",
        counts=training.counts if training else {},
        missing_orders=model.manifest.get("missing", {}).get("orders", 0) if model else 0,
        size=SizeFacts(**model.manifest["size"]) if model and "size" in model.manifest else None,
    )


def model_gates(shop_id: ShopId) -> tuple[GateFacts, ...]:
    """Return, purpose by purpose, what the served model and the simple rule achieved on the last weeks; no database."""
    model = store.load(shop_id, learning.MODEL)
    if model is None:
        return ()
    proofs = model.manifest.get("proofs", {})
    return tuple(
        GateFacts(
            purpose=purpose,
            served=gate["served"],
            blend_ndcg=gate["blend_ndcg"],
            simple_ndcg=gate["simple_ndcg"],
            difference=gate["difference"],
            difference_low=gate["difference_low"],
            cases=gate["cases"],
            proof=ProofFacts(**proofs[purpose.value]) if purpose.value in proofs else None,
        )
        for purpose in Purpose
        if (gate := model.manifest["gates"].get(purpose.value))
    )


def variety_of(shop_id: ShopId) -> VarietyFacts:
    """Return what variety beside a product costs on the shop's own last weeks, and what the shop chose."""
    with shop_scope(shop_id):
        chosen = selectors.variety_percent()
    model = store.load(shop_id, learning.MODEL)
    told = model.manifest if model else {}
    trades, dials = (told.get(name, {}).get(Purpose.SHELF.value, {}) for name in ("trades", "varieties"))
    plain = next((one["ndcg"] for one in trades if not one["variety"]), 0.0) or 1.0
    curve = tuple(
        VarietyPoint(variety=one["variety"], coverage=one["coverage"], kept=min(one["ndcg"] / plain, 1.0))
        for one in trades
    )
    by_variety = {point.variety: point for point in curve}
    choices = tuple(
        VarietyChoice(percent=percent, point=by_variety.get(dials.get(str(percent), 0.0)), is_chosen=percent == chosen)
        for percent in VARIETY_PERCENTS
    )
    shown = float(told.get("variety", {}).get(Purpose.SHELF.value, 0.0))
    return VarietyFacts(curve=curve, choices=choices, shown=by_variety.get(shown))


def choose_variety(shop_id: ShopId, user_id: int, percent: int) -> None:
    """Keep how much accuracy a shop gives for variety at most, and have the shop learnt anew with it.

    Raises Refusal where that is none of the choices, or while a test of variety runs.
    """
    if percent not in VARIETY_PERCENTS:
        raise Refusal("unknown_choice", _("Choose one of the settings."))
    with shop_scope(shop_id):
        if selectors.variety_percent() != percent:
            make_way(VARIETY_KIND)
            ShelfSetting.objects.update_or_create(defaults={"variety_percent": percent})
            note(user_id, "chose_variety", str(percent))
            add_due(WORK_KIND, NO_SUBJECT)


def _is_due(shop_id: ShopId) -> bool:
    model = store.load(shop_id, learning.MODEL)
    with shop_scope(shop_id):
        training, last = selectors.latest_training(State.DONE), last_order_at()
    if model is None or training is None or training.finished_at is None:
        return True
    if model.manifest["data"]["lines"] > GROWN * training.counts["lines"]:
        return True
    is_news = last is not None and str(training.counts["last_at"]) != last.astimezone(UTC).isoformat()
    return is_news and now() - training.finished_at > WEEK


def _start_run(shop_id: ShopId) -> int:
    with shop_scope(shop_id):
        TrainingRun.objects.filter(state=State.RUNNING, started_at__lt=now() - DEAD_AFTER).update(
            state=State.FAILED, finished_at=now(), error="stopped"
        )
        return int(TrainingRun.objects.create().pk)


def _note_step(shop_id: ShopId, run_id: int, step: str, percent: int) -> None:
    with shop_scope(shop_id):
        TrainingRun.objects.filter(pk=run_id).update(step=step[:60], percent=percent)


def _end_run(shop_id: ShopId, run_id: int, **facts: object) -> TrainingFacts:
    with shop_scope(shop_id):
        row = TrainingRun.objects.get(pk=run_id)
        row.finished_at = now()
        for name, value in facts.items():
            setattr(row, name, value)
        row.save()
        if row.state == State.DONE:
            ask_audit()
        return selectors.facts_of(row)
