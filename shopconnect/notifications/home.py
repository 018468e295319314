"""What home shows of this room: the step that gives us an address to write to."""

from django.urls import reverse
from django.utils.translation import gettext as _

from shopconnect.core.tenancy.context import current_shop
from shopconnect.notifications.selectors import has_reach
from shopconnect.shops.installs import find_install
from shopconnect.ui.next_steps import NextStep


def address_step() -> NextStep | None:
    """Return the step of adding an address, for who comes through their platform's admin and has none here."""
    if find_install() is None:
        return None
    return NextStep(
        title=_("Add your email address"),
        done=has_reach(current_shop()),
        is_optional=True,
        url=f"{reverse('notifications:notices')}#address",
        explanation=_("You’ll also receive important notifications by email."),
    )
