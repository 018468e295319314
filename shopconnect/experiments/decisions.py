"""What becomes of an experiment: everybody gets B, or A again; one of the shop's people decides."""

from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.kinds import find_kind
from shopconnect.experiments.selectors import config_of_shop
from shopconnect.experiments.services import end_experiment
from shopconnect.experiments.types import Because, ExperimentSummary
from shopconnect.shops.audit import note

ENDED_TEST = "ended_test"


def keep_variant(shop_id: ShopId, user_id: int, public_id: int) -> bool:
    """Give everybody what B has, and end the experiment; says whether it was the one that runs."""
    with shop_scope(shop_id):
        experiment = _current(public_id)
        if experiment is None:
            return False
        end_experiment(shop_id, Because.KEPT)
        find_kind(experiment.kind).keep(shop_id, user_id, int(experiment.value or 0))
    return True


def stop_experiment(shop_id: ShopId, user_id: int, public_id: int) -> bool:
    """End an experiment, so that everybody gets A again; says whether it was the one that runs."""
    with shop_scope(shop_id):
        if _current(public_id) is None:
            return False
        note(user_id, ENDED_TEST)
        return end_experiment(shop_id)


def _current(public_id: int) -> ExperimentSummary | None:
    experiment = config_of_shop().experiment
    return experiment if experiment is not None and experiment.public_id == public_id else None
