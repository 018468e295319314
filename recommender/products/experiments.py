"""Experiments: rules or diversity tried on half of the visits first, begun by the merchant."""

from django.utils.translation import gettext as _

from recommender.products.data.artefacts import load_model
from recommender.products.rules import services as rules
from recommender.products.selectors import diversity_percent
from recommender.products.services import diversity_of
from recommender.products.types import RULES_KIND, VARIETY_KIND, DiversityChoice
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.services import start_experiment
from shopconnect.shops.audit import note


def diversity_choices_to_test(shop_id: ShopId) -> tuple[DiversityChoice, ...]:
    """Return the settings of diversity under which shelves would show something else than they do."""
    model = load_model(shop_id)
    if model is None:
        return ()
    served, diversities = model.manifest["variety"], model.manifest.get("varieties", {})
    return tuple(
        choice
        for choice in diversity_of(shop_id).choices
        if not choice.is_chosen
        and any(dials[f"{choice.percent}"] != served[purpose] for purpose, dials in diversities.items())
    )


def start_diversity_experiment(shop_id: ShopId, user_id: int, percent: int, days: int) -> None:
    """Show half of the visits what another diversity weight gives; nothing changes where it is shown so already.

    Raises Refusal: no_difference, and as start_experiment.
    """
    if percent not in [choice.percent for choice in diversity_choices_to_test(shop_id)]:
        raise Refusal("no_difference", _("Both would show the same products today, so there’s nothing to test."))
    with shop_scope(shop_id):
        if start_experiment(shop_id, VARIETY_KIND, percent, days, base=diversity_percent()):
            note(user_id, "began_test")


def start_rules_experiment(
    shop_id: ShopId, user_id: int, number: int, days: int, *, expected_etag: str = "", is_confirmed: bool = False
) -> None:
    """Show half of the visits what a version of the rules gives; 0 is the draft, which becomes a version for that.

    Without a draft (a second click) nothing changes. Raises Missing for a version that never was, and Refusal:
    no_difference, draft_changed, not_replayed, and as start_experiment.
    """
    live = rules.current_version(shop_id)
    if number and rules.find_version(shop_id, number).rules == live.rules:
        raise Refusal("no_difference", _("Both would show the same products today, so there’s nothing to test."))
    with shop_scope(shop_id):
        tried = number or rules.number_draft(user_id, expected_etag, is_confirmed=is_confirmed)
        if tried and start_experiment(shop_id, RULES_KIND, tried, days, base=live.number):
            note(user_id, "began_test")
