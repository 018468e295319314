"""Verbs of the experiments room: who is in which arm, and what the merchant may change about it."""

from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shopconnect.core.cache.memory import Memory, NotRemembered
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.security.crypto import random_secret
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.locks import lock_shop_writes
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.kinds import experiment_kinds
from shopconnect.experiments.models import AssignmentSecret, Experiment
from shopconnect.experiments.selectors import config_of_shop
from shopconnect.experiments.types import (
    HOLD_OUT,
    HOLD_OUT_SALT,
    MOST_HOLD_OUT,
    NO_ARM,
    START_PERCENT,
    Arm,
    Because,
    ExperimentConfig,
    ExperimentKind,
    ExperimentSummary,
)

MOST_EXPERIMENT_DAYS, MOST_START_DAYS = 180, 56


def arm_of(shop_id: ShopId, visitor: str, page: str, day: date) -> Arm:
    """Return the arm of a visit: by the visitor's id where consent allows one, else by the page and the day.

    Asks no database while the config is remembered. Nobody is in an arm while nobody knows the config.
    """
    try:
        config = configs.get(str(shop_id))
    except NotRemembered:
        return NO_ARM
    return arm_under(config, visitor or f"{page} {day.isoformat()}", is_visitor=bool(visitor))


def arm_under(config: ExperimentConfig, unit: str, *, is_visitor: bool = True) -> Arm:
    """Return the arm of a unit under a config."""
    if not config.secret:
        return NO_ARM
    if is_held_out(config, unit, hold_out_percent(config)):
        return Arm("H" if is_visitor else "h")
    experiment = config.experiment
    if experiment is None or not experiment.is_live(now()) or not is_b(config, experiment, unit):
        return Arm("A" if is_visitor else "a")
    return Arm("B" if is_visitor else "b", kind=experiment.kind, value=experiment.value or 0)


def hold_out_percent(config: ExperimentConfig) -> int:
    """Return the hold-out's share now; once a start at half and half is over, what was before it holds again."""
    hold_out = config.hold_out
    if hold_out is None:
        return int(settings.HOLD_OUT_PERCENT)
    return hold_out.percent if hold_out.is_live(now()) else int(hold_out.value or 0)


def is_held_out(config: ExperimentConfig, unit: str, percent: int) -> bool:
    """Say whether a unit is in a hold-out of some percent."""
    return place_of(config.secret, HOLD_OUT_SALT, unit) * 100 < percent


def is_b(config: ExperimentConfig, experiment: ExperimentSummary, unit: str) -> bool:
    """Say whether a unit that is not held out is in B of an experiment."""
    return place_of(config.secret, experiment.salt, unit) * 100 < experiment.percent


def has_fallen(shop_id: ShopId, shelf: str) -> bool:
    """Say whether a shelf is to show the simple rule, since the guard found it to do harm or to fail."""
    try:
        return configs.get(str(shop_id)).is_fallen(shelf)
    except NotRemembered:
        return False


def set_hold_out(shop_id: ShopId, percent: int) -> None:
    """Have a share of the visits see the shop without us, for good; the share that held ends with its figures."""
    if not 0 <= percent <= MOST_HOLD_OUT:
        raise Refusal(
            "percent", _("The control group must be between 0 and %(most)d %%.") % {"most": MOST_HOLD_OUT}, 400
        )
    with shop_scope(shop_id):
        lock_shop_writes()
        config = config_of_shop()
        if config.hold_out is not None and config.hold_out.is_live(now()) and config.hold_out.percent == percent:
            return
        _end(HOLD_OUT)
        _begin(HOLD_OUT, percent)
    configs.renew(shop_id)


def start_half(shop_id: ShopId, days: int) -> None:
    """Have half of the visits see the shop without us for some days, so that a small shop learns sooner what we earn.

    Afterwards the share that held before holds again.
    """
    if not 1 <= days <= MOST_START_DAYS:
        raise Refusal(
            "days", _("The starting period must be between 1 and %(most)d days.") % {"most": MOST_START_DAYS}, 400
        )
    with shop_scope(shop_id):
        lock_shop_writes()
        config = config_of_shop()
        if config.hold_out is not None and config.hold_out.ends_at is not None and config.hold_out.is_live(now()):
            return
        after = hold_out_percent(config)
        _end(HOLD_OUT)
        _begin(HOLD_OUT, START_PERCENT, value=after, days=days)
    configs.renew(shop_id)


def start_experiment(shop_id: ShopId, kind: ExperimentKind, value: float, days: int, base: float | None = None) -> bool:
    """Have half of the visits that are not held out try something: B's variety, or B's version of the rules.

    `base` is what A has of it. Says whether it began; where this very one runs already (a second click) it did not.
    Raises Refusal: trial, running.
    """
    if kind == HOLD_OUT or kind not in experiment_kinds() or not 1 <= days <= MOST_EXPERIMENT_DAYS:
        raise Refusal("trial", _("A test must last between 1 and %(most)d days.") % {"most": MOST_EXPERIMENT_DAYS}, 400)
    with shop_scope(shop_id):
        lock_shop_writes()
        experiment = config_of_shop().experiment
        if experiment is not None and experiment.is_live(now()):
            if (experiment.kind, experiment.value) == (kind, value):
                return False
            raise Refusal("running", _("You can run one test at a time. End the current one first."), 409)
        _end(kind)
        _begin(kind, START_PERCENT, value=value, days=days, base=base)
    configs.renew(shop_id)
    return True


def end_experiment(shop_id: ShopId, because: Because | None = None) -> bool:
    """End the experiment that runs, so that everybody gets A again; says whether there was one."""
    with shop_scope(shop_id):
        ended = _end_experiment(because)
    configs.renew(shop_id)
    return ended


def make_way(kind: ExperimentKind) -> None:
    """Refuse to change what an experiment compares while it runs; one whose days are over is ended. Run in scope."""
    lock_shop_writes()
    experiment = config_of_shop().experiment
    if experiment is None or experiment.kind != kind:
        return
    if experiment.is_live(now()):
        raise Refusal("running", _("An A/B test on this is running. Keep variant B or end the test."), 409)
    _end(kind)


def load_config(key: str) -> ExperimentConfig:
    """Read the config of a shop by its id as text, and draw its secret where it has none yet."""
    try:
        with shop_scope(ShopId(int(key))):
            draw_secret()
            return config_of_shop()
    except IntegrityError:  # the shop was erased meanwhile
        return ExperimentConfig()


def draw_secret() -> None:
    """Draw the secret of the shop in scope, where it has none, by which visits are in their arms from then on."""
    if not AssignmentSecret.objects.exists():
        AssignmentSecret.objects.get_or_create(defaults={"secret": random_secret()})


def _begin(
    kind: ExperimentKind, percent: int, value: float | None = None, days: int = 0, base: float | None = None
) -> None:
    moment = now()
    Experiment.objects.create(
        kind=kind,
        percent=percent,
        value=value,
        base=base,
        started_at=moment,
        ends_at=moment + timedelta(days=days) if days else None,
    )


def _end(kind: ExperimentKind, because: Because | None = None) -> bool:
    """End what runs: the hold-out, or for any other kind the experiment, of which there is one at most."""
    return _end_rows(Experiment.objects.filter(kind=HOLD_OUT)) if kind == HOLD_OUT else _end_experiment(because)


def _end_experiment(because: Because | None = None) -> bool:
    return _end_rows(Experiment.objects.exclude(kind=HOLD_OUT), because)


def _end_rows(rows: QuerySet[Experiment], because: Because | None = None) -> bool:
    return bool(rows.filter(ended_at=None).update(ended_at=now(), ended_because=because or ""))


configs: Memory[ExperimentConfig] = Memory(load_config, versions=CacheVersions("plan"))
