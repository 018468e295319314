"""What members are told of a plan: that most of it is used, that it is used up, and that a day uses unusually much."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.billing.meters import meter_word
from shopconnect.notifications.kinds import register_notice_kind

USAGE_NEAR, USAGE_FULL, USAGE_SURGE = "usage_near", "usage_full", "usage_surge"


def register_kinds() -> None:
    """Enter the kinds of notices of this room."""
    register_notice_kind(USAGE_NEAR, _near, gettext_lazy("Most of your monthly plan is used"))
    register_notice_kind(USAGE_FULL, _full, gettext_lazy("Your monthly plan is used up"))
    register_notice_kind(USAGE_SURGE, _surge, gettext_lazy("Unusually high usage in a day"))


def _near(params: Mapping[str, str]) -> str:
    meter = meter_word(params.get("meter", ""))
    return _("%(meter)s: you’ve used 80%% or more of your plan this month.") % {"meter": meter}


def _surge(params: Mapping[str, str]) -> str:
    return _(
        "%(meter)s: %(count)s counted today, compared with %(usual)s on a usual day. A "
        "single address counts at most 48 times a day. If you aren’t running a campaign, "
        "check your shop’s visits."
    ) % {
        "meter": meter_word(params.get("meter", "")),
        "count": _number(params.get("count", "")),
        "usual": _number(params.get("usual", "")),
    }


def _number(text: str) -> str:
    return str(number_format(int(text), force_grouping=True)) if text.isdecimal() else text


def _full(params: Mapping[str, str]) -> str:
    return _(
        "%(meter)s: you’ve used all of this month’s plan. Until next month, or until you "
        "change plans, shelves show best sellers, and the assistant only gives exact answers "
        "or offers to pass the question to your team. You won’t be charged anything extra."
    ) % {"meter": meter_word(params.get("meter", ""))}
