"""What this room enters in the registries of the rooms below, when the site starts."""

from django.utils.translation import gettext, gettext_lazy

from recommender.products.evaluation.exposure_report import SHELVES_UNEVEN
from recommender.products.types import READ_RULES, READ_SUGGESTIONS, RULES_KIND, SUGGESTIONS, VARIETY_KIND, WRITE_RULES
from shopconnect.accounts.scopes import register_scope
from shopconnect.billing.meters import register_meter
from shopconnect.experiments.kinds import register_experiment_kind
from shopconnect.notifications.kinds import register_notice_kind
from shopconnect.shops.audit import register_action

SUGGESTIONS_A_MONTH = {"free": 5_000, "starter": 50_000, "growth": 250_000, "scale": 1_000_000}


def register() -> None:
    """Enter what is noted, told, counted and allowed here."""
    register_action("chose_variety", gettext_lazy("%(who)s chose how much accuracy variety may cost: %(subject)s %%"))
    register_action("began_test", gettext_lazy("%(who)s began a test on half of the visits"))
    register_action("ended_test", gettext_lazy("%(who)s ended the test on half of the visits"))
    register_action(
        "changed_rules", gettext_lazy("%(who)s put version %(subject)s of the rules for suggestions in force")
    )
    register_notice_kind(
        SHELVES_UNEVEN,
        lambda params: gettext(
            "Suggestions show your catalogue less evenly than they should. The page “What is shown” says of what."
        ),
        gettext_lazy("Suggestions show the catalogue unevenly"),
    )
    register_scope(READ_SUGGESTIONS, gettext_lazy("Read suggestions and their reasons"))
    register_scope(READ_RULES, gettext_lazy("Read the rules for suggestions, and tests"))
    register_scope(WRITE_RULES, gettext_lazy("Write rules and put them in force, begin and end tests"))
    for kind in (VARIETY_KIND, RULES_KIND):
        register_experiment_kind(kind)
    register_meter(SUGGESTIONS, gettext_lazy("Suggestions shown"), SUGGESTIONS_A_MONTH)
