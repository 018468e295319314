"""What members are told of experiments: that a shelf fell back or is lifted, and that an experiment was ended."""

from collections.abc import Mapping
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.notifications.kinds import register_notice_kind
from shopconnect.ui.navigation import NavigationGroup

SHELF_FELL, SHELF_LIFTED, EXPERIMENT_ENDED = "shelf_fell", "shelf_lifted", "experiment_ended"


def register_kinds() -> None:
    """Enter the kinds of notices of this room."""
    register = partial(register_notice_kind, group=NavigationGroup.STOREFRONT)
    register(SHELF_FELL, _shelf_fell, gettext_lazy("Suggestions fall back to the simple rule"))
    register(SHELF_LIFTED, _shelf_lifted, gettext_lazy("The model is back on for suggestions"))
    register(EXPERIMENT_ENDED, _ended, gettext_lazy("A test is ended because it hurts sales"))


def _shelf_fell(params: Mapping[str, str]) -> str:
    because = {
        "harm": _("Visits with suggestions earn less than visits without"),
        "errors": _("A shelf failed more often than usual"),
        "empties": _("A shelf stayed empty more often than usual"),
    }.get(params.get("because", ""), "")
    return _(
        "%(because)s. For now, shoppers see the simple rule: best sellers. This ends "
        "automatically once the problem is over. You can see more, and switch the model back "
        "on, on the page “Results”."
    ) % {"because": because}


def _shelf_lifted(params: Mapping[str, str]) -> str:
    return _("The problem that made suggestions fall back to the simple rule is over: the model is back on.")


def _ended(params: Mapping[str, str]) -> str:
    return {
        "errors": _("The test was ended because variant B failed more often. Everyone sees variant A again."),
        "empties": _("The test was ended because variant B stayed empty more often. Everyone sees variant A again."),
    }.get(params.get("because", "")) or _(
        "The test was ended because variant B earns less. Everyone sees variant A again."
    )
