"""What Stripe takes, by the types that its own library publishes: a call with another name or value is refused."""

import re
from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

from stripe import StripeContext
from typing_extensions import NotRequired, is_typeddict  # noqa: UP035  as the library has it

NAMES = {"StripeContext": StripeContext, "Mapping": Mapping}  # which the library has while it is type-checked only
OPTIONS = {"api_key", "stripe_version", "stripe_account", "max_network_retries", "idempotency_key", "headers"}


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the form's fields as they stood before they were written flat: `a[b][0]` is a list's first in a dict."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        *before, last = re.findall(r"[^\[\]]+", name)
        here = found
        for part in before:
            here = here.setdefault(part, {})
        here[last] = value
    return found


def faults(said: dict[str, Any], published: Any, at: str = "") -> list[str]:
    """Return what in a call is not as published: names that there are not, values of another kind, and what lacks."""
    hints = get_type_hints(published, localns=NAMES, include_extras=True)
    lacking = [f"{at}{name} is missing" for name in published.__required_keys__ if name not in said]
    found = [f"{at}{name} is unknown" for name in said if name not in hints or name in OPTIONS]
    for name, value in said.items():
        if name in hints:
            found += _faults_of_value(value, hints[name], f"{at}{name}")
    return lacking + found


def _faults_of_value(value: Any, hint: Any, at: str) -> list[str]:
    if get_origin(hint) is NotRequired:
        hint = get_args(hint)[0]
    choices = _choices(hint)
    if isinstance(value, dict):
        shapes = [one for one in choices if is_typeddict(one)]
        lists = [get_args(one)[0] for one in choices if get_origin(one) is list]
        if lists and all(key.isdecimal() for key in value):
            return [fault for key, one in value.items() for fault in _faults_of_value(one, lists[0], f"{at}[{key}]")]
        if shapes:
            return min((faults(value, shape, f"{at}.") for shape in shapes), key=len)
        return [] if any(get_origin(one) is dict for one in choices) else [f"{at} is no object"]
    texts = [word for one in choices for word in get_args(one) if isinstance(word, str)]
    if texts:  # the types allow any text beside those that are published; the API does not
        return [] if value in texts else [f"{at} may not be {value}"]
    kinds = {str: True, int: value.lstrip("-").isdecimal(), bool: value in ("true", "false")}
    return [] if any(kinds.get(one, False) for one in choices) else [f"{at} may not be {value}"]


def _choices(hint: Any) -> list[Any]:
    """Return the members of a union, however it is nested."""
    if isinstance(hint, str):
        return []
    origin = get_origin(hint)
    is_union = str(origin) in ("typing.Union", "<class 'types.UnionType'>")
    return [inner for one in get_args(hint) for inner in _choices(one)] if is_union else [hint]
