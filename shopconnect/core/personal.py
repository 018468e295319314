"""The register of personal data: why a table holds it, for how long, how it is given out and how erased."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """The legal basis, GDPR article 6(1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    LEGITIMATE_INTEREST = "legitimate interest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever is asked about: by the platform's customer id, by e-mail hash, or by a visitor's random id."""

    customer_external_id: str | None = None
    person_key: str | None = None
    visitor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """One table's entry. `export` and `erase` run inside the shop's scope; erase returns how many rows it touched."""

    model: str
    fields: tuple[str, ...]
    purpose: str
    basis: Basis
    retention_days: int | None
    export: Callable[[Person], Iterable[Mapping[str, object]]]
    erase: Callable[[Person], int]


_register: dict[str, PersonalData] = {}


def register(entry: PersonalData) -> None:
    """Enter a table; a second entry for one table replaces the first."""
    _register[entry.model.lower()] = entry


def registered() -> Mapping[str, PersonalData]:
    """Return the register, by lower-cased model label (`orders.customer`)."""
    return dict(_register)
