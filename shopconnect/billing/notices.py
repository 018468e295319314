"""What members are told of a plan: that most of it is used, and that it is used up."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.billing.meters import meter_word
from shopconnect.notifications.kinds import register_notice_kind

USAGE_NEAR, USAGE_FULL = "usage_near", "usage_full"


def register_kinds() -> None:
    """Enter the kinds of notices of this room."""
    register_notice_kind(USAGE_NEAR, _near, gettext_lazy("Most of a month’s plan is used"))
    register_notice_kind(USAGE_FULL, _full, gettext_lazy("A month’s plan is used up"))


def _near(params: Mapping[str, str]) -> str:
    meter = meter_word(params.get("meter", ""))
    return _("%(meter)s: this month, 80%% or more of your plan is used.") % {"meter": meter}


def _full(params: Mapping[str, str]) -> str:
    return _(
        "%(meter)s: this month’s plan is used up. Shelves show what sells well, and the assistant answers what it "
        "finds word for word or offers a person, until the month ends or you choose another plan. Nothing more is "
        "charged."
    ) % {"meter": meter_word(params.get("meter", ""))}
