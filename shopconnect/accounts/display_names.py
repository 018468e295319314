"""What people who work with shops are called, and whether mail reaches them."""

from django.utils.translation import gettext as _

from shopconnect.connectors.registry import find_descriptor

# The first that fits: Edge, Opera and Samsung Internet name Chrome too, and Chrome names Safari.
BROWSER_SIGNS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEM_SIGNS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)

NOWHERE = ".invalid"  # staff of a platform have no address here, and accounts need one


def staff_address(platform: str, shop: str, number: str) -> str:
    """Return the address of an account of a platform's staff: it names who they are there, and no mail reaches it."""
    return f"{number}@{shop}.{platform}{NOWHERE}".lower()


def staff_shop(email: str) -> tuple[str, str]:
    """Return the platform and the shop of whom staff_address made an address."""
    shop, _dot, platform = email.partition("@")[2].removesuffix(NOWHERE).rpartition(".")
    return platform, shop


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
    return _(find_descriptor(staff_shop(email)[0]).staff_label) % {"number": email.partition("@")[0][-4:]}


def browser_name(user_agent: str) -> str:
    """Return a browser and its system as people call them, "Chrome, Windows"."""
    names = (next((name for sign, name in signs if sign in user_agent), "") for signs in (BROWSER_SIGNS, SYSTEM_SIGNS))
    return ", ".join(name for name in names if name) or _("Unknown browser")
