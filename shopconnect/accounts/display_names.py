"""What people who work with shops are called, and whether mail reaches them."""

from django.utils.translation import gettext as _

NOWHERE = ".invalid"  # staff of a platform have no address here, and accounts need one


def is_nowhere(email: str) -> bool:
    """Say whether an address is one that no mail can reach."""
    return email.lower().endswith(NOWHERE)


def role_word(role: str) -> str:
    """Return a role in the active language; what is none as it is."""
    return {"owner": _("owner"), "analyst": _("analyst"), "support": _("support")}.get(role, role)


def called(name: str, email: str) -> str:
    """Return what a person is called: by name, else by address; a platform's staff by the end of their number there."""
    if name or not is_nowhere(email):
        return name or email
    return _("Shopify staff %(number)s") % {"number": email.partition("@")[0][-4:]}
