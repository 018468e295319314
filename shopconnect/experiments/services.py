"""Verbs of the experiments room: who is in which arm, and what the merchant may change about it."""

from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from shopconnect.core.cache.memory import Memory, NotRemembered
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.locks import lock_shop_writes
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.models import Experiment, Fallback
from shopconnect.experiments.selectors import plan_of_shop
from shopconnect.experiments.types import (
    HOLD_OUT_SALT,
    MOST_HOLD_OUT,
    START_PERCENT,
    Arm,
    Because,
    ExperimentKind,
    ExperimentSummary,
    Plan,
)

MOST_TRIAL_DAYS, MOST_START_DAYS = 180, 56


def arm_of(shop_id: ShopId, visitor: str, page: str, day: date) -> Arm:
    """Return the arm of a visit: by the visitor's id where consent allows one, else by the page and the day.

    Asks no database while the plan is remembered. Nobody is in an arm while nobody knows the plan.
    """
    try:
        plan = plans.get(str(shop_id))
    except NotRemembered:
        return Arm("")
    return arm_under(plan, visitor or f"{page} {day.isoformat()}", is_visitor=bool(visitor))


def arm_under(plan: Plan, unit: str, *, is_visitor: bool = True) -> Arm:
    """Return the arm of a unit under a plan."""
    if place_of(HOLD_OUT_SALT, unit) * 100 < hold_out_percent(plan):
        return Arm("H" if is_visitor else "h")
    trial = plan.trial
    if trial is None or not trial.is_live(now()) or not is_b(trial, unit):
        return Arm("A" if is_visitor else "a")
    value = trial.value or 0
    return Arm(
        "B" if is_visitor else "b",
        variety=value if trial.kind == ExperimentKind.VARIETY else None,
        rules=int(value) if trial.kind == ExperimentKind.RULES else None,
    )


def hold_out_percent(plan: Plan) -> int:
    """Return the hold-out's share now; once a start at half and half is over, what was before it holds again."""
    hold_out = plan.hold_out
    if hold_out is None:
        return int(settings.HOLD_OUT_PERCENT)
    return hold_out.percent if hold_out.is_live(now()) else int(hold_out.value or 0)


def is_b(trial: ExperimentSummary, unit: str) -> bool:
    """Say whether a unit that is not held out is in B of a trial."""
    return place_of(trial.salt, unit) * 100 < trial.percent


def has_fallen(shop_id: ShopId, shelf: str) -> bool:
    """Say whether a shelf is to show the simple rule, since the guard found it to do harm or to fail."""
    try:
        return plans.get(str(shop_id)).is_fallen(shelf)
    except NotRemembered:
        return False


def set_hold_out(shop_id: ShopId, percent: int) -> None:
    """Have a share of the visits see the shop without us, for good; the share that held ends with its figures."""
    if not 0 <= percent <= MOST_HOLD_OUT:
        raise Refusal("percent", _("The hold-out is between 0 and %(most)d %%.") % {"most": MOST_HOLD_OUT}, 400)
    with shop_scope(shop_id):
        lock_shop_writes()
        plan = plan_of_shop()
        if plan.hold_out is not None and plan.hold_out.is_live(now()) and plan.hold_out.percent == percent:
            return
        _end(ExperimentKind.HOLD_OUT)
        _begin(ExperimentKind.HOLD_OUT, percent)
    plans.renew(shop_id)


def start_half(shop_id: ShopId, days: int) -> None:
    """Have half of the visits see the shop without us for some days, so that a small shop learns sooner what we earn.

    Afterwards the share that held before holds again.
    """
    if not 1 <= days <= MOST_START_DAYS:
        raise Refusal("days", _("The start lasts between 1 and %(most)d days.") % {"most": MOST_START_DAYS}, 400)
    with shop_scope(shop_id):
        lock_shop_writes()
        plan = plan_of_shop()
        if plan.hold_out is not None and plan.hold_out.ends_at is not None and plan.hold_out.is_live(now()):
            return
        after = hold_out_percent(plan)
        _end(ExperimentKind.HOLD_OUT)
        _begin(ExperimentKind.HOLD_OUT, START_PERCENT, value=after, days=days)
    plans.renew(shop_id)


def start_trial(shop_id: ShopId, kind: ExperimentKind, value: float, days: int, base: float | None = None) -> bool:
    """Have half of the visits that are not held out try something: B's variety, or B's version of the rules.

    `base` is what A has of it. Says whether it began; where this very trial runs already (a second click) it did not.
    Raises Refusal: trial, running.
    """
    if kind == ExperimentKind.HOLD_OUT or not 1 <= days <= MOST_TRIAL_DAYS:
        raise Refusal("trial", _("A test lasts between 1 and %(most)d days.") % {"most": MOST_TRIAL_DAYS}, 400)
    with shop_scope(shop_id):
        lock_shop_writes()
        trial = plan_of_shop().trial
        if trial is not None and trial.is_live(now()):
            if (trial.kind, trial.value) == (kind, value):
                return False
            raise Refusal("running", _("One test at a time: end the one that runs first."), 409)
        _end(kind)
        _begin(kind, START_PERCENT, value=value, days=days, base=base)
    plans.renew(shop_id)
    return True


def end_trial(shop_id: ShopId, because: Because | None = None) -> bool:
    """End the trial that runs, so that everybody gets A again; says whether there was one."""
    with shop_scope(shop_id):
        ended = _end(ExperimentKind.RULES, because)
    plans.renew(shop_id)
    return ended


def make_way(kind: ExperimentKind) -> None:
    """Refuse to change what a trial compares while it runs; one whose days are over is ended. Run in a shop's scope."""
    lock_shop_writes()
    trial = plan_of_shop().trial
    if trial is None or trial.kind != kind:
        return
    if trial.is_live(now()):
        raise Refusal("running", _("A test of this runs on half of the visits. Keep what it tries, or end it."), 409)
    _end(kind)


def lift_fallback(shop_id: ShopId, shelf: str) -> None:
    """Have a shelf that fell back show what was learnt again; the guard goes on looking."""
    with shop_scope(shop_id):
        Fallback.objects.filter(shelf=shelf).delete()
    plans.renew(shop_id)


def load_plan(key: str) -> Plan:
    """Read the plan of a shop by its id as text."""
    with shop_scope(ShopId(int(key))):
        return plan_of_shop()


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
    """End what runs: the hold-out, or for any other kind the trial, of which there is one at most."""
    rows = Experiment.objects.filter(ended_at=None)
    is_hold_out = kind == ExperimentKind.HOLD_OUT
    rows = rows.filter(kind=kind) if is_hold_out else rows.exclude(kind=ExperimentKind.HOLD_OUT)
    return bool(rows.update(ended_at=now(), ended_because=because or ""))


plans: Memory[Plan] = Memory(load_plan, marks=CacheVersions("plan"))
