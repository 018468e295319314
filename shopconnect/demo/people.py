"""The invented shop: the people who show it, and its removal in one step."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from shopconnect.accounts import selectors as accounts
from shopconnect.accounts.services import make_demo_member, make_demo_operator, remove_unattached
from shopconnect.accounts.types import Role
from shopconnect.connectors.registry import list_descriptors
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.conversations.services import ask_conversations
from shopconnect.demo.conversations.types import Agent
from shopconnect.demo.types import DemoPart
from shopconnect.shops import selectors
from shopconnect.shops.erasure import erase_shop
from shopconnect.shops.services import mark_as_demo

DEMO_SLUG = "demo"  # by itself; on a platform that runs here its name follows
WORK_KIND, NO_SUBJECT = "remove_demo", 0


@dataclass(frozen=True, slots=True)
class _Person:
    email: str
    name: str
    role: Role | None


PEOPLE = {
    DemoPart.OWNER: _Person("owner@demo.example", "Camille Roche", Role.OWNER),
    DemoPart.SUPPORT: _Person("support@demo.example", "Sam Delmas", Role.SUPPORT),
    DemoPart.OPERATOR: _Person("operator@demo.example", "Robin Vidal", None),
}
COLLEAGUES = (
    _Person("lea@demo.example", "Léa Fournier", Role.SUPPORT),
    _Person("noah@demo.example", "Noah Bennett", Role.SUPPORT),
)


@transaction.atomic
def make_demo_accounts(slug: str) -> None:
    """Make the people who show a shop, once; the shop that we invent is marked as invented.

    They have no password, so that the demo's button is their only way in. Raises Missing outside the demo, and for
    a shop that is not there.
    """
    shop_id = selectors.find_shop(slug) if settings.DEMO else None
    if shop_id is None:
        raise Missing(_("There is no shop named %(slug)s, or it isn’t the demo.") % {"slug": slug})
    if slug in list_demo_slugs():
        mark_as_demo(shop_id)
        ask_conversations(shop_id)
    for person in [*PEOPLE.values(), *COLLEAGUES]:
        if person.role is None:
            make_demo_operator(person.email, person.name)
        else:
            make_demo_member(shop_id, person.email, person.name, person.role)


def find_demo_account(part: DemoPart) -> int:
    """Return the account of a part; raises Missing where the demo has none."""
    person = PEOPLE.get(part)
    found = accounts.find_account(person.email) if person and settings.DEMO else None
    if found is None:
        raise Missing(_("This person doesn’t exist in the demo."))
    return found


def find_agents() -> list[Agent]:
    """Return those who answer the demo's shoppers."""
    people = [PEOPLE[DemoPart.SUPPORT], *COLLEAGUES]
    found = [(accounts.find_account(person.email), person.name) for person in people]
    return [Agent(user_id, name.split()[0]) for user_id, name in found if user_id is not None]


def find_demo_slug() -> str | None:
    """Return the slug of the shop that the demo shows, or None when it was removed."""
    return accounts.newest_shop_of(PEOPLE[DemoPart.OWNER].email)


def list_demo_slugs() -> list[str]:
    """Return the slugs of the shop that we invent: by itself, and on each platform."""
    return [DEMO_SLUG, *(f"{DEMO_SLUG}-{one.name}" for one in list_descriptors())]


def find_demo_platform(slug: str) -> str:
    """Return what the platform of a shop is called, "" where it stands on none."""
    shop_id = selectors.find_shop(slug)
    if shop_id is None:
        return ""
    with shop_scope(shop_id):
        return selectors.platform_of_shop().label


def ask_removal(shop_id: ShopId) -> None:
    """Have a worker remove an invented shop with all that is in it; raises Refusal(not_demo) for a real one."""
    if not selectors.is_demo(shop_id):
        raise Refusal("not_demo", _("Only the demo shop can be removed this way."), 403)
    with shop_scope(shop_id):
        add_due(WORK_KIND, NO_SUBJECT)


def remove_demo_shop(shop_id: ShopId) -> int:
    """Remove an invented shop: rows, files, and the accounts made for it; returns how many rows went.

    A second run finds nothing and removes nothing.
    """
    if not selectors.is_demo(shop_id):
        return 0
    gone = erase_shop(shop_id)
    is_over = all(selectors.find_shop(slug) is None for slug in list_demo_slugs())
    remove_unattached(one.email for one in [*PEOPLE.values(), *COLLEAGUES] if one.role is not None or is_over)
    return gone
