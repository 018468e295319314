"""What other rooms do when somebody of the shop should answer. Each names its functions in its AppConfig.ready.

All but the last are called in the shop's scope, with the conversation locked, in one transaction with what was said.
"""

from __future__ import annotations

from collections.abc import Callable

from chatbot.answers.staff.types import AwaitedPerson
from chatbot.answers.types import PersonRequest
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId

_asked: dict[str, Callable[[PersonRequest], str]] = registry({})
_came: dict[str, Callable[[int], None]] = registry({})
_awaited: dict[str, Callable[[ShopId, int, str], AwaitedPerson | None]] = registry({})


def on_person_asked(name: str, listener: Callable[[PersonRequest], str]) -> None:
    """Have a function called when a person is asked for; it returns what the shopper is told of it, "" for nothing.

    The shopper's language is active then.
    """
    _asked[name] = listener


def on_message_for_staff(name: str, listener: Callable[[int], None]) -> None:
    """Have a function called, with the conversation's row id, when a shopper writes to somebody of the staff."""
    _came[name] = listener


def on_person_awaited(name: str, finder: Callable[[ShopId, int, str], AwaitedPerson | None]) -> None:
    """Have a function say by a conversation's row id and a language whom its shopper waits for; it opens a scope."""
    _awaited[name] = finder


def person_asked(request: PersonRequest) -> str:
    """Tell whom it concerns that a person is asked for; returns what the shopper is told."""
    return "\n\n".join(filter(None, [listener(request) for listener in _asked.values()]))


def message_came(conversation_id: int) -> None:
    """Tell whom it concerns that a shopper wrote to the staff."""
    for listener in _came.values():
        listener(conversation_id)


def awaited_person(shop_id: ShopId, conversation_id: int, language: str) -> AwaitedPerson | None:
    """Return whom the shopper of a conversation waits for, or has, None for nobody. Outside any scope."""
    found = (finder(shop_id, conversation_id, language) for finder in _awaited.values())
    return next(filter(None, found), None)
