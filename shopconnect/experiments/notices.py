"""What members are told of experiments: that a shelf fell back or is lifted, and that an experiment was ended."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.notifications.kinds import register_notice_kind

SHELF_FELL, SHELF_LIFTED, EXPERIMENT_ENDED = "shelf_fell", "shelf_lifted", "experiment_ended"


def register_kinds() -> None:
    """Enter the kinds of notices of this room."""
    register_notice_kind(SHELF_FELL, _shelf_fell, gettext_lazy("Suggestions fall back to the simple rule"))
    register_notice_kind(SHELF_LIFTED, _shelf_lifted, gettext_lazy("Suggestions show again what was learnt"))
    register_notice_kind(EXPERIMENT_ENDED, _ended, gettext_lazy("A test is ended because it does harm"))


def _shelf_fell(params: Mapping[str, str]) -> str:
    because = {
        "harm": _("Visits with suggestions earn less than visits without"),
        "errors": _("A row of suggestions failed more often than usual"),
        "empties": _("A row of suggestions stayed empty more often than usual"),
    }.get(params.get("because", ""), "")
    return _(
        "%(because)s, so the simple rule is shown for now: what sells well. It ends by itself once that is over. The "
        "page “Results” says more, and you switch what was learnt back on there."
    ) % {"because": because}


def _shelf_lifted(params: Mapping[str, str]) -> str:
    return _("What made suggestions fall back to the simple rule is over: they show again what was learnt.")


def _ended(params: Mapping[str, str]) -> str:
    return {
        "errors": _("The test was ended: what it tried failed more often. Everybody sees what was there before."),
        "empties": _(
            "The test was ended: what it tried stayed empty more often. Everybody sees what was there before."
        ),
    }.get(params.get("because", "")) or _(
        "The test was ended: what it tried earns less. Everybody sees what was there before."
    )
