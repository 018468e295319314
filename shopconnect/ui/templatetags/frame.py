"""What stands around each page: the shop, the way to the other pages, the person."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recommender.prices.services import takes_prices
from shopconnect.accounts.access import chosen_member, members_of_request
from shopconnect.accounts.types import Member, Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.notifications.notices import count_unread
from shopconnect.shops.services import names_of_shops

register = template.Library()

ALL, OFFICE, OWNER = frozenset(Role), frozenset({Role.OWNER, Role.ANALYST}), frozenset({Role.OWNER})
DESK = frozenset({Role.OWNER, Role.SUPPORT})
PRICES = "prices:list"  # shown where the shop's platform takes prices
ENTRIES = (
    ("dashboard:home", "home", gettext_noop("Home"), ALL),
    ("dashboard:suggestions", "spark", gettext_noop("Suggestions"), OFFICE),
    ("dashboard:rules", "dials", gettext_noop("Rules"), OFFICE),
    ("dashboard:results", "pulse", gettext_noop("Results"), OFFICE),
    (PRICES, "tag", gettext_noop("Price changes"), OFFICE),
    ("console:log", "chat", gettext_noop("Conversations"), DESK),
    ("notifications:notices", "bell", gettext_noop("Notices"), ALL),
    ("accounts:members", "people", gettext_noop("Members"), OWNER),
    ("accounts:tokens", "key", gettext_noop("API tokens"), OWNER),
    ("billing:plan", "cart", gettext_noop("Plan and usage"), OWNER),
    ("privacy:requests", "lock", gettext_noop("Privacy requests"), OWNER),
    ("dashboard:export", "box", gettext_noop("Export"), OWNER),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    title: str
    icon: str
    url: str
    here: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page; without a member there is no shop in it."""

    member: Member | None
    shops: tuple[tuple[Member, str], ...]
    entries: tuple[Entry, ...]

    @property
    def shop_name(self) -> str:
        """Return the name of the shop that is open."""
        return next((name for one, name in self.shops if self.member and one.shop_id == self.member.shop_id), "")


@register.simple_tag(takes_context=True)
def page_frame(context: dict[str, Any]) -> Frame:
    """Return the frame for who looks at the page: their shops, and the pages that their role opens."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return Frame(None, (), ())
    member, members = chosen_member(request), members_of_request(request)
    names = names_of_shops([ShopId(one.shop_id) for one in members])
    unread = count_unread(ShopId(member.shop_id), member.user_id) if member else 0
    entries = [
        _entry(request, name, icon, _(title), unread if name == "notifications:notices" else 0)
        for name, icon, title, roles in ENTRIES
        if member is not None and member.role in roles and (name != PRICES or takes_prices(ShopId(member.shop_id)))
    ]
    if getattr(request.user, "is_staff", False):
        entries.append(_entry(request, "dashboard:operator", "pulse", _("Operation"), 0))
    return Frame(member, tuple((one, names[one.shop_id]) for one in members), tuple(entries))


@register.simple_tag
def demo_address() -> str:
    """Return where the demo's parts are chosen, or "" outside the demo."""
    return reverse("dashboard:demo") if settings.DEMO else ""


def _entry(request: HttpRequest, name: str, icon: str, title: str, count: int) -> Entry:
    url = reverse(name)
    here = request.path == url or (url != "/" and request.path.startswith(url))
    return Entry(title=title, icon=icon, url=url, here=here, count=count)
