"""What owners are told of the sync room's work."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.notifications.kinds import register_notice_kind
from shopconnect.sync.exports.services import READY
from shopconnect.sync.subscriptions import SWITCHED_OFF


def register_kinds() -> None:
    """Enter the kinds of notices of this room."""
    register_notice_kind(READY, _ready, gettext_lazy("An export is ready"))
    register_notice_kind(SWITCHED_OFF, _switched_off, gettext_lazy("Your shop stopped sending updates"))


def _ready(_params: Mapping[str, str]) -> str:
    return _("Your shop export is ready.")


def _switched_off(_params: Mapping[str, str]) -> str:
    return _(
        "Your shop had stopped sending some updates. They’re sent again, and whatever changed in the "
        "meantime is imported automatically."
    )
