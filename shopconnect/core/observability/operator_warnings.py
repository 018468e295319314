"""What operators must see to before it does harm: each room that knows such a thing says how it is found."""

from collections.abc import Callable

from shopconnect.core.registries import registry

# Returns the sentence in the active language, "" while there is nothing to warn of.
FindWarning = Callable[[], str]

_warnings: dict[str, FindWarning] = registry({})


def register_warning(name: str, find: FindWarning) -> None:
    """Have operators warned on their page while a function finds something to warn of."""
    _warnings[name] = find


def list_warnings() -> dict[str, str]:
    """Return the sentences that hold now, by their names."""
    return {name: sentence for name, find in _warnings.items() if (sentence := find())}
