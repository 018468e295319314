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
    register_notice_kind(USAGE_NEAR, _near, gettext_lazy("Most of a month’s plan is used"))
    register_notice_kind(USAGE_FULL, _full, gettext_lazy("A month’s plan is used up"))
    register_notice_kind(USAGE_SURGE, _surge, gettext_lazy("A day uses far more of the plan than usual"))


def _near(params: Mapping[str, str]) -> str:
    meter = meter_word(params.get("meter", ""))
    return _("%(meter)s: this month, 80%% or more of your plan is used.") % {"meter": meter}


def _surge(params: Mapping[str, str]) -> str:
    return _(
        "%(meter)s: %(count)s were counted today, where %(usual)s a day are usual. One address counts for 48 a day at "
        "most; if no campaign explains it, look at your shop’s visits."
    ) % {
        "meter": meter_word(params.get("meter", "")),
        "count": _number(params.get("count", "")),
        "usual": _number(params.get("usual", "")),
    }


def _number(text: str) -> str:
    return str(number_format(int(text), force_grouping=True)) if text.isdecimal() else text


def _full(params: Mapping[str, str]) -> str:
    return _(
        "%(meter)s: this month’s plan is used up. Shelves show what sells well, and the assistant answers what it "
        "finds word for word or offers a person, until the month ends or you choose another plan. Nothing more is "
        "charged."
    ) % {"meter": meter_word(params.get("meter", ""))}
