"""Verbs of the products room: train a shop, ask for training, what the merchant sees of it."""

import sys
from collections.abc import Mapping
from datetime import UTC, date, timedelta

from django.utils.translation import gettext as _

from recommender.products import selectors
from recommender.products.data.artefacts import FittedVersion, load_model
from recommender.products.data.catalogue import title_of
from recommender.products.evaluation import comparison as evaluation
from recommender.products.evaluation import shelf_comparison
from recommender.products.evaluation.exposure_report import ask_exposure_report
from recommender.products.models import ShelfSetting, TrainingRun
from recommender.products.serving.shelves import suggestions_of
from recommender.products.serving.snapshot import open_snapshot
from recommender.products.training import fitting, increments
from recommender.products.training.engine.fitting import fit_models
from recommender.products.training.engine.tables import shelf_tables
from recommender.products.training.engine.visits import visit_columns
from recommender.products.types import (
    DIVERSITY_PERCENTS,
    VARIETY_KIND,
    Context,
    DiversityChoice,
    DiversityPoint,
    DiversitySummary,
    ForYou,
    GateSummary,
    ModelSize,
    Proof,
    Purpose,
    RepeatSummary,
    Shelf,
    ShelfPreview,
    State,
    Task,
    TrainingSummary,
    are_many,
)
from shopconnect.catalog.selectors import find_product
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.spread import place_in
from shopconnect.core.jobs.work import add_due, done_here
from shopconnect.core.observability.log import get_logger
from shopconnect.core.progress import Progress, silent
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.locks import try_advisory_lock
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.services import make_way
from shopconnect.orders.selectors import last_order_at
from shopconnect.shops.audit import note
from shopconnect.shops.selectors import all_shops

log = get_logger(__name__)

WORK_KIND, ADDING_KIND, CATALOGUE_KIND, NO_SUBJECT = "train_products", "add_to_products", "save_catalogue", 0
TRAINING_RUNS, AGAIN_AFTER = "training_runs", timedelta(minutes=5)
DEAD_AFTER, WEEK = timedelta(hours=2), timedelta(days=6.5)  # a night of the week, whenever in it the last one was
GROWN = 1.2  # times the lines that it was fitted to: sooner than after a week, then


def train_shop(
    shop_id: ShopId, progress: Progress | None = None, seed: int = 0, *, at_once: int = 1
) -> TrainingSummary:
    """Train a shop's suggestions on all its orders and put them in service; returns a summary of the training.

    Reads in one scope, fits outside any, saves one artefact whole; readers see the old one or the new one.
    `progress` gets a step and a percentage. With two things done `at_once` it takes two cores, more memory and less
    time. Raises Refusal: too_little when there is nothing to learn from, training_runs while another process trains it.
    """
    with try_advisory_lock(f"training:{shop_id}") as is_ours:
        if not is_ours:
            raise Refusal(TRAINING_RUNS, _("This shop’s model is already being trained. Wait until that finishes."))
        return _train(shop_id, progress, seed, at_once)


def _train(shop_id: ShopId, progress: Progress | None, seed: int, at_once: int) -> TrainingSummary:
    run_id = _start_run(shop_id)

    def report(step: str, percent: int) -> None:
        _note_step(shop_id, run_id, step, percent)
        if progress:
            progress(step, percent)

    outcome: dict[str, object] = {"state": State.FAILED}
    try:
        report("reading", 0)
        with done_here(shop_id, WORK_KIND, NO_SUBJECT):
            version, counts, figures = fitting.train_and_save(shop_id, seed, report, at_once)
        outcome = {"state": State.DONE, "version": version, "counts": counts, "figures": figures, "percent": 100}
    finally:
        error = sys.exc_info()[1]
        code = getattr(error, "code", type(error).__name__) if error else ""
        summary = _end_run(shop_id, run_id, error=code, **outcome)
    log.info("trained", shop_id=shop_id, version=summary.version)
    return summary


def train_for_queue(shop_id: ShopId) -> None:
    """Train a shop for the background: too little to learn from is no failure, there is only nothing to do yet.

    While another process trains it, it is due again in some minutes: what came since is not in that training.
    """
    try:
        train_shop(shop_id)
    except Refusal as refusal:
        log.info("not_trained", shop_id=shop_id, code=refusal.code)
        if refusal.code == TRAINING_RUNS:
            with shop_scope(shop_id):
                add_due(WORK_KIND, NO_SUBJECT, now() + AGAIN_AFTER)


def evaluate_products(
    shop_id: ShopId,
    task: Task,
    *,
    cut: date | None = None,
    days: int = 28,
    k: int = 10,
    seed: int = 0,
    mask_seen: bool = False,
    progress: Progress = silent,
) -> dict[str, object]:
    """Measure every model on the shop's own history; see evaluation.evaluate_products. Changes nothing."""
    return evaluation.evaluate_products(
        shop_id, task, cut=cut, days=days, k=k, seed=seed, fit=fit_models, progress=progress, mask_seen=mask_seen
    )


def evaluate_shelf(
    shop_id: ShopId,
    shelf: Shelf | None,
    *,
    cut: date | None = None,
    days: int = 28,
    k: int = 10,
    seed: int = 0,
    mask_seen: bool = False,
    progress: Progress = silent,
) -> dict[str, object]:
    """Measure one shelf on the shop's own history; see shelf_comparison.evaluate_shelf. Changes nothing."""
    return shelf_comparison.evaluate_shelf(
        shop_id,
        shelf,
        cut=cut,
        days=days,
        k=k,
        seed=seed,
        fit=fit_models,
        tables=shelf_tables,
        link_visits=visit_columns,
        progress=progress,
        mask_seen=mask_seen,
    )


def ask_training(shop_id: ShopId) -> None:
    """Have a worker train a shop soon; asking again before it began changes nothing."""
    with shop_scope(shop_id):
        add_due(WORK_KIND, NO_SUBJECT)


def follow_load(shop_id: ShopId) -> None:
    """Have the catalogue snapshot and suggestions follow a load that changed something; run in the shop's scope."""
    add_due(CATALOGUE_KIND, NO_SUBJECT)
    add_due(WORK_KIND, NO_SUBJECT)


def follow_change(shop_id: ShopId) -> None:
    """Have the catalogue snapshot follow a change of products, at the next sweep, so that many cost one writing.

    Run in the shop's scope.
    """
    add_due(CATALOGUE_KIND, NO_SUBJECT, now() + timedelta(seconds=1))


def ask_trainings_of(hour: int) -> int:
    """Ask for the weekly learning of the shops whose hour (UTC) it is: where the last was a week ago and there is news.

    A shop that has grown by a fifth since is trained again the same night. The catalogue snapshot is written anew in
    any case, for a reduction ends by itself. Returns how many were asked for.
    """
    count = 0
    for shop_id in all_shops():
        if hour_of(shop_id) != hour:
            continue
        with shop_scope(shop_id):
            add_due(CATALOGUE_KIND, NO_SUBJECT)
        if _is_due(shop_id):
            ask_training(shop_id)
            count += 1
    return count


def ask_additions() -> int:
    """Ask for the increment of each shop that has something to add to its model; returns how many were asked for."""
    count = 0
    for shop_id in all_shops():
        if increments.has_news(shop_id):
            with shop_scope(shop_id):
                add_due(ADDING_KIND, NO_SUBJECT)
            count += 1
    return count


def add_to_model(shop_id: ShopId) -> str:
    """Put what came since into the model that is served; returns the new version, "" where there was nothing to add.

    One at a time a shop, as with learning: both wait in one queue, which gives a shop one place.
    """
    version = increments.add_and_save(shop_id)
    log.info("added", shop_id=shop_id, version=version)
    return version


def hour_of(shop_id: ShopId) -> int:
    """Return the hour of the night, 0 to 5 UTC, at which a shop is trained; spread by a stable hash of its id."""
    return place_in(shop_id, 6)


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
        raise Missing(_("This product doesn’t exist."))
    snapshot, name = open_snapshot(shop_id), str(public_id)
    context = Context(product=name, views=(name,), cart=(name,), language=language)
    model = snapshot.model if snapshot else load_model(shop_id)
    return ShelfPreview(
        product_title=title_of(shop_id, public_id, language) or product.title,
        suggestions=tuple(suggestions_of(snapshot, shelf, context, k)) if snapshot else (),
        # Figures of what was not judged would be noughts that nobody measured.
        gates=tuple(gate for gate in _gates(model) if gate.is_judged),
        trained_at=training.finished_at if training else None,
        version=model.version if model else "",
        counts=training.counts if training else {},
        missing_orders=model.manifest.get("missing", {}).get("orders", 0) if model else 0,
        size=ModelSize(**model.manifest["size"]) if model and "size" in model.manifest else None,
    )


def model_gates(shop_id: ShopId) -> tuple[GateSummary, ...]:
    """Return, purpose by purpose, what the served model and the simple rule achieved on the last weeks; no database."""
    return _gates(load_model(shop_id))


def _gates(model: FittedVersion | None) -> tuple[GateSummary, ...]:
    if model is None:
        return ()
    proofs = model.manifest.get("proofs", {})
    return tuple(
        GateSummary(
            purpose=purpose,
            served=gate["served"],
            blend_ndcg=gate["blend_ndcg"],
            simple_ndcg=gate["simple_ndcg"],
            difference=gate["difference"],
            difference_low=gate["difference_low"],
            cases=gate["cases"],
            is_judged=bool(gate["folds"]),
            proof=Proof(**proofs[purpose.value]) if purpose.value in proofs else None,
        )
        for purpose in Purpose
        if (gate := model.manifest["gates"].get(purpose.value))
    )


def diversity_of(shop_id: ShopId) -> DiversitySummary:
    """Return what diversity beside a product costs on the shop's own last weeks, and what the shop chose."""
    with shop_scope(shop_id):
        chosen = selectors.diversity_percent()
    model = load_model(shop_id)
    if model is None:
        return DiversitySummary(curve=(), choices=_choices({}, {}, chosen), shown=None)
    manifest, shelf = model.manifest, Purpose.SHELF.value
    trade_offs, weights = manifest.get("trades", {}).get(shelf, []), manifest.get("varieties", {}).get(shelf, {})
    plain = next((one["ndcg"] for one in trade_offs if not one["variety"]), 0.0) or 1.0
    curve = tuple(
        DiversityPoint(diversity=one["variety"], coverage=one["coverage"], accuracy=min(one["ndcg"] / plain, 1.0))
        for one in trade_offs
    )
    by_diversity = {point.diversity: point for point in curve}
    shown = by_diversity.get(float(manifest["variety"].get(shelf, 0.0)))
    return DiversitySummary(curve=curve, choices=_choices(by_diversity, weights, chosen), shown=shown)


def _choices(
    points: Mapping[float, DiversityPoint], weights: Mapping[str, float], chosen: int
) -> tuple[DiversityChoice, ...]:
    return tuple(
        DiversityChoice(percent=percent, point=points.get(weights.get(str(percent), 0.0)), is_chosen=percent == chosen)
        for percent in DIVERSITY_PERCENTS
    )


def choose_diversity(shop_id: ShopId, user_id: int, percent: int) -> None:
    """Keep how much accuracy a shop gives for diversity at most, and have the shop trained anew with it.

    Raises Refusal where that is none of the choices, or while a test of diversity runs.
    """
    if percent not in DIVERSITY_PERCENTS:
        raise Refusal("unknown_choice", _("Choose one of the settings."))
    with shop_scope(shop_id):
        if selectors.diversity_percent() != percent:
            make_way(VARIETY_KIND)
            ShelfSetting.objects.update_or_create(defaults={"variety_percent": percent})
            note(user_id, "chose_variety", str(percent))
            add_due(WORK_KIND, NO_SUBJECT)


def choose_counts(shop_id: ShopId, user_id: int, shows_counts: bool | None) -> None:
    """Keep whether reasons say on how many orders they rest, and have shelves follow with the next catalogue snapshot.

    Raises Refusal for None, which is neither.
    """
    if shows_counts is None:
        raise Refusal("unknown_choice", _("Choose one of the settings."))
    with shop_scope(shop_id):
        if selectors.shows_counts() != shows_counts:
            ShelfSetting.objects.update_or_create(defaults={"shows_counts": shows_counts})
            note(user_id, "shows_counts" if shows_counts else "hides_counts")
            add_due(CATALOGUE_KIND, NO_SUBJECT)


def repeats_of(shop_id: ShopId) -> RepeatSummary:
    """Return how much of what returning customers order they had before, and what the shop chose for *for you*."""
    with shop_scope(shop_id):
        chosen = selectors.for_you_choice()
    model = load_model(shop_id)
    counted = model.manifest.get("repeats", {}) if model else {}
    return RepeatSummary(share=counted.get("share"), are_many=are_many(counted), chosen=chosen)


def choose_for_you(shop_id: ShopId, user_id: int, chosen: str) -> None:
    """Keep what *for you* offers, and have shelves follow with the next catalogue snapshot.

    Raises Refusal where that is none of the choices.
    """
    if chosen not in list(ForYou):
        raise Refusal("unknown_choice", _("Choose one of the settings."))
    with shop_scope(shop_id):
        if selectors.for_you_choice() != chosen:
            ShelfSetting.objects.update_or_create(defaults={"for_you": chosen})
            note(user_id, f"for_you_{chosen}")
            add_due(CATALOGUE_KIND, NO_SUBJECT)


def _is_due(shop_id: ShopId) -> bool:
    model = load_model(shop_id)
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


def _end_run(shop_id: ShopId, run_id: int, **summary: object) -> TrainingSummary:
    with shop_scope(shop_id):
        row = TrainingRun.objects.get(pk=run_id)
        row.finished_at = now()
        for name, value in summary.items():
            setattr(row, name, value)
        row.save()
        if row.state == State.DONE:
            ask_exposure_report()
        return selectors.summary_of(row)
