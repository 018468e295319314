"""The register of personal data: why a table holds it, for how long, how it is given out and how erased."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shopconnect.core.registries import registry

REDIS = "redis"  # stands in the place of a room's name where what is held lies in Redis


class Basis(StrEnum):
    """The legal basis, GDPR article 6(1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    LEGITIMATE_INTEREST = "legitimate interest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever is asked about: by the platform's customer id, by e-mail hash, by visitors' random ids, by orders."""

    customer_external_id: str | None = None
    person_key: str | None = None
    visitors: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """One table's entry, or that of what lies in Redis. All its functions run inside the shop's scope.

    `erase` returns how many rows it touched. `forget` lets go of what was last of use before a time, some rows a call,
    and returns how many, 0 once nothing is left; None where the room keeps to its retention by itself.
    """

    model: str
    fields: tuple[str, ...]
    purpose: str
    basis: Basis
    retention_days: int | None
    export: Callable[[Person], Iterable[Mapping[str, object]]]
    erase: Callable[[Person], int]
    forget: Callable[[datetime, int], int] | None = None


_register: dict[str, PersonalData] = registry({})
_namers: dict[str, Callable[[Person], Person]] = registry({})


def register(entry: PersonalData) -> None:
    """Enter a table; a second entry for one table replaces the first."""
    _register[entry.model.lower()] = entry


def registered() -> Mapping[str, PersonalData]:
    """Return the register, by lower-cased model label (`orders.customer`)."""
    return dict(_register)


def register_names(room: str, find: Callable[[Person], Person]) -> None:
    """Have a room add, in the shop's scope, the names that it knows a person by to those that are known."""
    _namers[room] = find


def with_all_names(person: Person) -> Person:
    """Return a person with every name that they go by in the shop in scope.

    Rooms are asked until none knows more, since one's names lead to another's: an account to its devices.
    """
    known: Person | None = None
    while person != known:
        known = person
        for find in _namers.values():
            person = find(person)
    return person
