"""What members are told of the rooms below: who comes and goes, and what becomes of the shop's install."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.accounts import member_events
from shopconnect.accounts.display_names import role_word
from shopconnect.accounts.member_events import MemberEvent
from shopconnect.accounts.selectors import names_of_people
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.notifications.kinds import register_notice_kind
from shopconnect.notifications.notices import tell, tell_owners
from shopconnect.shops import erasure, installs
from shopconnect.shops.uninstall_feedback import feedback_link
from shopconnect.ui.dates import date_format

MEMBER_JOINED, MEMBER_LEFT, ROLE_CHANGED = "member_joined", "member_left", "role_changed"
SIGN_IN_AGAIN, REMOVED = "sign_in_again", "removed"


def register_kinds() -> None:
    """Enter the kinds of notices about the rooms below."""
    register_notice_kind(MEMBER_JOINED, _joined, gettext_lazy("Someone joins the shop"))
    register_notice_kind(MEMBER_LEFT, _left, gettext_lazy("Someone leaves the shop"))
    register_notice_kind(ROLE_CHANGED, _role_changed, gettext_lazy("Your role changes"), roles=tuple(Role))
    register_notice_kind(SIGN_IN_AGAIN, _sign_in_again, gettext_lazy("Access to the shop’s platform must be renewed"))
    register_notice_kind(
        REMOVED, _removed, gettext_lazy("ShopConnect is uninstalled from the shop’s platform"), link=feedback_link
    )


def follow_rooms_below() -> None:
    """Have members told of what happens there."""
    member_events.after_joined("notices", tell_of_joining)
    member_events.after_left("notices", tell_of_leaving)
    member_events.after_role_changed("notices", tell_of_role)
    installs.after_park("notices", tell_of_parking)
    erasure.after_planning("notices", tell_of_erasure)


def tell_of_joining(event: MemberEvent) -> None:
    """Tell the other owners who works with the shop now."""
    tell_owners(MEMBER_JOINED, {"who": str(event.user_id)}, but=event.user_id)


def tell_of_leaving(event: MemberEvent) -> None:
    """Tell the owners, except who did it, who works with the shop no more."""
    tell_owners(MEMBER_LEFT, {"who": str(event.user_id)}, but=event.actor_id)


def tell_of_role(event: MemberEvent) -> None:
    """Tell a member of their new role."""
    tell(event.user_id, ROLE_CHANGED, {"role": event.role.value})


def tell_of_parking(_shop_id: ShopId) -> None:
    """Tell the owners that somebody must sign in on the platform again."""
    tell_owners(SIGN_IN_AGAIN, {})


def tell_of_erasure(_shop_id: ShopId, day: date) -> None:
    """Tell the owners when all is erased; the mail has a link where they may say why they left, and need not."""
    tell_owners(REMOVED, {"date": day.isoformat()}, key=f"removed-{day.isoformat()}")


def _joined(params: Mapping[str, str]) -> str:
    return _("%(who)s now has access to this shop.") % {"who": _name_of(params)}


def _left(params: Mapping[str, str]) -> str:
    return _("%(who)s no longer has access to this shop.") % {"who": _name_of(params)}


def _role_changed(params: Mapping[str, str]) -> str:
    return _("Your role in this shop is now: %(role)s.") % {"role": role_word(params.get("role", ""))}


def _sign_in_again(_params: Mapping[str, str]) -> str:
    return _(
        "ShopConnect has lost access to your shop’s platform. Open ShopConnect from there "
        "once: anything pending resumes automatically, and nothing is lost."
    )


def _removed(params: Mapping[str, str]) -> str:
    day = params.get("date", "")
    return _(
        "ShopConnect was uninstalled from your shop’s platform. All data about the shop will "
        "be deleted on %(date)s. If you reinstall it before then, everything resumes as before."
    ) % {"date": date_format(date.fromisoformat(day), "DATE_FORMAT") if day else ""}


def _name_of(params: Mapping[str, str]) -> str:
    user_id = int(params.get("who") or 0)
    return names_of_people([user_id]).get(user_id) or _("Someone")
