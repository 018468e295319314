"""Kinds of notices: each room registers those that it tells, with their sentences.

Rooms below this one know nothing of notices; what is told of them is in `shop_events.py`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shopconnect.accounts.types import Role
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId
from shopconnect.ui.navigation import GROUP_TITLES, NavigationGroup

Sentence = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeKind:
    """A kind of notice, as it was registered."""

    name: str
    sentence: Sentence
    word: Promise
    by_mail: bool
    roles: Collection[Role]
    link: Callable[[ShopId, str], str]
    page: str
    group: NavigationGroup


KIND_TITLES = GROUP_TITLES | {NavigationGroup.SETTINGS: _("Shop, team and plan")}
_kinds: dict[str, NoticeKind] = registry({})


def _no_link(_shop_id: ShopId, _language: str) -> str:
    return ""


def register_notice_kind(
    name: str,
    sentence: Sentence,
    word: Promise,
    *,
    by_mail: bool = True,
    roles: Collection[Role] = (Role.OWNER,),
    link: Callable[[ShopId, str], str] = _no_link,
    page: str = "",
    group: NavigationGroup = NavigationGroup.SETTINGS,
) -> None:
    """Enter a kind of notice.

    `sentence` makes of a notice's parameters what its reader reads, in the active language; any of them may be missing.
    `word` says what the kind is about, `by_mail` whether it is mailed to who chose nothing, `roles`
    whose it may be, `link` where, in the e-mail's language, its reader may say why, `page` is the name of the page
    of ours on which something is to be done about it, and `group` where the kind stands among the others.
    """
    _kinds[name] = NoticeKind(
        name=name, sentence=sentence, word=word, by_mail=by_mail, roles=roles, link=link, page=page, group=group
    )


def title_params(title: str, translated: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that name something by its title, and by what it is called in other languages."""
    return {"title": title} | {f"title_{language}": one for language, one in translated.items()}


def title_of(params: Mapping[str, str]) -> str:
    """Return the title that a notice's parameters hold, in the active language where they have it in that."""
    return params.get(f"title_{get_language()}") or params.get("title", "")


def notice_kinds() -> Mapping[str, NoticeKind]:
    """Return the kinds of notices by name, in the order of INSTALLED_APPS."""
    return _kinds


def kinds_for(role: Role) -> Mapping[str, NoticeKind]:
    """Return the kinds of notices that a member of a role may get, by name."""
    return {name: kind for name, kind in _kinds.items() if role in kind.roles}


def find_kind(name: str) -> NoticeKind:
    """Return a kind of notice; raises LookupError where no room has registered it."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"No room has registered the notice {name}.") from None
