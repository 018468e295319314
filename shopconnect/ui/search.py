"""Search over a whole shop: each room enters what can be found in it, from its AppConfig.ready."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shopconnect.accounts.types import Member, Role
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.words import has_words, query_words
from shopconnect.shops.selectors import shop_profile
from shopconnect.ui.navigation import entries_for

MOST_HITS = 6  # of a kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """Something that was found, and the page that shows it."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """What was found of one kind."""

    title: str
    hits: tuple[SearchHit, ...]


Finder = Callable[[str, int], list[SearchHit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSource:
    """A kind of thing that can be found."""

    title: Promise
    find: Finder
    roles: frozenset[Role]
    order: int


_sources: dict[str, SearchSource] = registry({})


def register_search(name: str, title: Promise, find: Finder, roles: Collection[Role], *, order: int) -> None:
    """Enter a kind of thing that members with some roles can find; `order` says where it stands, the lowest first.

    `find` is called in the shop's scope with what was typed, which has a word at least, and how many hits are shown.
    """
    _sources[name] = SearchSource(title=title, find=find, roles=frozenset(roles), order=order)


def search_shop(member: Member, is_operator: bool, text: str) -> list[SearchGroup]:
    """Return the pages that a member may open, and what they may see of their shop, that have each word of a text.

    A word is found by its beginning, with or without accents, and words stand in any order.
    """
    words = query_words(text)
    if not words:
        return []
    entries = [entry for entry in entries_for(member, is_operator) if has_words(words, str(entry.title))]
    pages = tuple(SearchHit(title=str(entry.title), url=reverse(entry.url_name)) for entry in entries)
    sources = sorted(_sources.values(), key=lambda one: one.order)
    with shop_scope(ShopId(member.shop_id)), timezone.override(ZoneInfo(shop_profile().timezone)):
        groups = [
            SearchGroup(str(one.title), tuple(one.find(text, MOST_HITS))) for one in sources if member.role in one.roles
        ]
    return [group for group in [SearchGroup(_("Pages"), pages[:MOST_HITS]), *groups] if group.hits]
