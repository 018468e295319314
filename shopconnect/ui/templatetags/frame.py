"""What stands around each page: the shop, the way to the other pages, the person."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from shopconnect.accounts.access import chosen_member, members_of_request
from shopconnect.accounts.types import Member
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile
from shopconnect.shops.services import names_of_shops
from shopconnect.ui.navigation import GROUP_TITLES, NavigationEntry, entries_for
from shopconnect.ui.shop_times import shop_times

register = template.Library()


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """One line of the navigation."""

    title: str
    icon: str
    url: str
    here: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class NavigationSection:
    """The lines under one heading; the first of the navigation has none."""

    title: str
    links: tuple[NavigationLink, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page; without a member there is no shop in it."""

    member: Member | None
    shops: tuple[tuple[Member, str], ...]
    sections: tuple[NavigationSection, ...]

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
    entries = entries_for(member, bool(getattr(request.user, "is_staff", False)))
    here = _address_open(request.path, [reverse(entry.url_name) for entry in entries])
    sections = [
        NavigationSection(str(GROUP_TITLES.get(group, "")), tuple(_link(here, entry, member) for entry in some))
        for group, some in groupby(entries, key=lambda entry: entry.group)
    ]
    return Frame(member, tuple((one, names[one.shop_id]) for one in members), tuple(sections))


@register.simple_tag
def demo_address() -> str:
    """Return where the demo's parts are chosen, or "" outside the demo."""
    return reverse("demo:choose_part") if settings.DEMO else ""


@register.simple_tag(takes_context=True)
def times_of_shop(context: dict[str, Any]) -> SafeString:
    """Return when the shop was last in step and its model last trained, in its time zone, for a list of facts."""
    with shop_scope(context["request"].shop_id):
        times, zone = shop_times(of_shoppers=False), ZoneInfo(shop_profile().timezone)
    with timezone.override(zone):
        return render_to_string("ui/shop_times.html", {"times": times})


def _address_open(path: str, urls: list[str]) -> str:
    """The entry under which a page stands: of those that it begins with, the longest; "" where there is none."""
    found = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(found, key=len, default="")


def _link(here: str, entry: NavigationEntry, member: Member | None) -> NavigationLink:
    url = reverse(entry.url_name)
    count = entry.count(ShopId(member.shop_id), member.user_id) if entry.count and member else 0
    return NavigationLink(title=str(entry.title), icon=entry.icon, url=url, here=url == here, count=count)
