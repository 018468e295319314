"""What higher rooms enter here: kinds of experiment, names of shelves, and where a back-test is shown."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.types import EVERY_SHELF, HOLD_OUT, ExperimentKind

Title = Callable[[], str]
BacktestUrl = Callable[[ShopId], str]


def _no_changes(_shop_id: ShopId, _base: int, _value: int, _language: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfExperiment:
    """A kind of experiment of A against B; an arm's value is a number, whose meaning is the room's.

    `title` says in words what a value means; `describe` says more, of a shop as it is today. `changes` lists what B's
    value changes of A's, in a language. `keep` gives everybody what a value means; a person of the shop asks for it.
    """

    name: ExperimentKind
    title: Callable[[int], str]
    describe: Callable[[ShopId, int], str]
    keep: Callable[[ShopId, int, int], object]
    changes: Callable[[ShopId, int, int, str], tuple[str, ...]] = _no_changes


_kinds: dict[ExperimentKind, KindOfExperiment] = registry({})
_shelves: dict[str, Title] = registry({})
_backtests: dict[str, BacktestUrl] = registry({})


def register_experiment_kind(kind: KindOfExperiment) -> None:
    """Enter a kind of experiment; a second one of a name replaces the first."""
    _kinds[kind.name] = kind


def experiment_kinds() -> Collection[ExperimentKind]:
    """Return the name of every kind, that of the hold-out too."""
    return (HOLD_OUT, *_kinds)


def find_kind(name: ExperimentKind) -> KindOfExperiment:
    """Return a kind of experiment; raises LookupError where no room has registered it."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"No room has registered the experiment {name}.") from None


def register_shelf(name: str, title: Title) -> None:
    """Enter what a shelf is called, in the language of whoever reads."""
    _shelves[name] = title


def shelf_title(name: str) -> str:
    """Return what a shelf is called, its own name where no room says so."""
    if name in _shelves:
        return _shelves[name]()
    return {"beside": _("Next to a product"), EVERY_SHELF: _("All shelves")}.get(name, name)


def register_backtest(name: str, url: BacktestUrl) -> None:
    """Enter the page that says how well something does on a shop's past orders; "" while that is not measured."""
    _backtests[name] = url


def backtest_url(shop_id: ShopId) -> str:
    """Return where a shop's back-test is shown, or ""."""
    return next(filter(None, (url(shop_id) for url in _backtests.values())), "")
