"""What home shows of this room: the step that brings the widgets to the storefront."""

from django.urls import reverse
from django.utils.translation import gettext as _

from shopconnect.billing.usage import was_ever_used
from shopconnect.shops.installs import find_install
from shopconnect.ui.next_steps import NextStep
from shopconnect.widgets.storefronts import find_guide


def storefront_step() -> NextStep:
    """Return the step of adding the widgets, done once shoppers of the shop in scope saw one."""
    install = find_install()
    guide = find_guide(install.platform) if install else None
    return NextStep(
        title=_(guide.title) if guide else _("Add the widgets to your shop"),
        done=was_ever_used(),
        url=reverse("widgets:snippet"),
        explanation=_(guide.explanation) if guide else _("One line in your theme shows suggestions and the assistant."),
    )
