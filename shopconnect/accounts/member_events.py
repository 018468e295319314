"""What other rooms do when somebody joins a shop, leaves it or gets another role there.

Each names its function in its AppConfig.ready. It is called in the shop's scope and in one transaction with the change,
in the order of INSTALLED_APPS.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shopconnect.accounts.types import Role
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEvent:
    """Something that happened to a member, by the hand of `actor_id`; `role` is what they have, or had as they left."""

    shop_id: ShopId
    user_id: int
    actor_id: int
    role: Role


MemberListener = Callable[[MemberEvent], None]

_joined: dict[str, MemberListener] = registry({})
_left: dict[str, MemberListener] = registry({})
_role_changed: dict[str, MemberListener] = registry({})


def after_joined(name: str, listener: MemberListener) -> None:
    """Have a function called when somebody has joined a shop."""
    _joined[name] = listener


def after_left(name: str, listener: MemberListener) -> None:
    """Have a function called when somebody has left a shop, or was removed from it."""
    _left[name] = listener


def after_role_changed(name: str, listener: MemberListener) -> None:
    """Have a function called when somebody has another role in a shop."""
    _role_changed[name] = listener


def member_joined(event: MemberEvent) -> None:
    """Tell who wants to know that somebody joined."""
    for listener in _joined.values():
        listener(event)


def member_left(event: MemberEvent) -> None:
    """Tell who wants to know that somebody left."""
    for listener in _left.values():
        listener(event)


def role_changed(event: MemberEvent) -> None:
    """Tell who wants to know that somebody has another role."""
    for listener in _role_changed.values():
        listener(event)
