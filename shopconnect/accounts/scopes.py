"""What a token of the REST API may do: each room registers the scopes that its views ask for."""

from collections.abc import Mapping

from django.utils.functional import Promise

from shopconnect.core.registries import registry

READ = "read:"  # how a scope begins that changes nothing

_labels: dict[str, Promise] = registry({})


def register_scope(name: str, label: Promise) -> None:
    """Enter a scope, with what it allows in the words of the page where tokens are made."""
    _labels[name] = label


def scopes() -> Mapping[str, Promise]:
    """Return what each scope allows, in the order of INSTALLED_APPS."""
    return _labels
