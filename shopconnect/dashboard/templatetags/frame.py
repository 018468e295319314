"""The navigation, by role."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shopconnect.core.tenancy import ShopId
from shopconnect.shops.notices import count_unread
from shopconnect.shops.types import MemberFacts, Role

register = template.Library()

ALL, OFFICE, OWNER = set(Role), {Role.OWNER, Role.ANALYST}, {Role.OWNER}
ENTRIES = (
    ("dashboard:home", gettext_noop("Home"), ALL),
    ("dashboard:suggestions", gettext_noop("Suggestions"), OFFICE),
    ("console:log", gettext_noop("Conversations"), ALL),
    ("shops:notices", gettext_noop("Notices"), ALL),
    ("shops:members", gettext_noop("Members"), OWNER),
    ("shops:tokens", gettext_noop("API tokens"), OWNER),
    ("dashboard:export", gettext_noop("Export"), OWNER),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    title: str
    url: str
    here: bool
    count: int = 0


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> list[Entry]:
    """Return the pages that the reader's role opens; none for those who work with no shop."""
    request = context.get("request")
    member = getattr(request, "member", None)
    entries = [
        _entry(request, name, _(title), _count(member) if name == "shops:notices" else 0)
        for name, title, roles in ENTRIES
        if member is not None and member.role in roles
    ]
    if request is not None and getattr(request, "user", None) is not None and request.user.is_staff:
        entries.append(_entry(request, "dashboard:operator", _("Operation"), 0))
    return [entry for entry in entries if entry is not None]


def _count(member: MemberFacts) -> int:
    return count_unread(ShopId(member.shop_id), member.user_id)


def _entry(request: Any, name: str, title: str, count: int) -> Entry | None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    here = request.path == url or (url != "/" and request.path.startswith(url))
    return Entry(title=title, url=url, here=here, count=count)
