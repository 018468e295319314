"""Who may pass. Each view carries the word as `guard`, and a test demands one of every path."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from shopconnect.core.web.types import ViewFunction

PUBLIC, MEMBER, OPERATOR, TOKEN, SHOPPER, SIGNED = GUARDS = (
    "public",
    "member",
    "operator",
    "token",
    "shopper",
    "signed",
)


def guarded_by(guard: str) -> Callable[[ViewFunction], ViewFunction]:
    """Mark a view with the word of its guard; the guarding itself is the view's work."""
    if guard not in GUARDS:
        raise ValueError(f"{guard} is no guard; write one of {', '.join(GUARDS)}.")

    def guarded(view: ViewFunction) -> ViewFunction:
        @wraps(view)
        def passed(*args: Any, **named: Any) -> Any:
            return view(*args, **named)

        passed.guard = guard  # type: ignore[attr-defined]
        return passed

    return guarded
