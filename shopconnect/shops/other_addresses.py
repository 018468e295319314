"""Other addresses at which something stands that says it is this shop: it moved there, or that is a copy of it.

Only its people know which. Until they say, nothing that comes from there is believed. All run in the shop's scope.
"""

from collections.abc import Callable
from enum import StrEnum

from django.utils.translation import gettext as _

from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.shops.models import Install, ShopKey
from shopconnect.shops.selectors import shop_settings
from shopconnect.shops.services import hold_shop, store_settings
from shopconnect.shops.types import KeyKind

SETTING, MOST_ADDRESSES = "other_addresses", 20

_seen: dict[str, Callable[[ShopId, str], None]] = registry({})


class WhatStandsThere(StrEnum):
    """What is known of another address."""

    ASKED = "asked"
    COPY = "copy"


def after_seen_elsewhere(name: str, listener: Callable[[ShopId, str], None]) -> None:
    """Have a function called, in the shop's scope, when a shop is seen at an address that nobody was asked about."""
    _seen[name] = listener


def note_other_address(address: str) -> None:
    """Keep where the shop was seen, and tell who listens; an address is asked about once."""
    hold_shop(current_shop())
    known = _known()
    if address in known or len(known) >= MOST_ADDRESSES:
        return
    store_settings({SETTING: {**known, address: WhatStandsThere.ASKED}})
    for listener in _seen.values():
        listener(current_shop(), address)


def addresses_in_question() -> list[str]:
    """Return where the shop was seen and nobody has said yet what stands there."""
    return [address for address, found in _known().items() if found == WhatStandsThere.ASKED]


def call_it_a_copy(address: str) -> None:
    """Keep that a copy stands at an address in question: it goes on being left alone, and nobody is asked again."""
    hold_shop(current_shop())
    if address in addresses_in_question():
        store_settings({SETTING: {**_known(), address: WhatStandsThere.COPY}})


def move_install(address: str) -> None:
    """Have the shop stand at an address from now on, parked until it signs in there.

    Raises Refusal(address_taken) where another shop stands there.
    """
    hold_shop(current_shop())
    row = Install.objects.select_for_update().get(uninstalled_at=None)
    keys, value = ShopKey.objects.filter(kind=KeyKind.PLATFORM), f"{row.platform}:{address}"
    if keys.filter(value=value).exclude(shop_id=current_shop()).exists():
        raise Refusal("address_taken", _("Another shop in ShopConnect already has this address."))
    keys.filter(shop_id=current_shop()).update(value=value)
    row.external_id, row.needs_sign_in_at = address, now()
    row.save(update_fields=["external_id", "needs_sign_in_at"])
    store_settings({SETTING: {one: found for one, found in _known().items() if one != address}})


def _known() -> dict[str, str]:
    found = shop_settings().get(SETTING, {})
    return dict(found) if isinstance(found, dict) else {}
