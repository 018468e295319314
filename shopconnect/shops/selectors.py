"""Questions about shops. Those that read only the doorway need no scope."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from shopconnect.connectors.descriptor import PlatformDescriptor
from shopconnect.connectors.files.descriptor import FILES
from shopconnect.connectors.registry import find_descriptor
from shopconnect.core.security.crypto import is_prefixed_token
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.models import Install, Shop, ShopKey, ShopProfile
from shopconnect.shops.types import WIDGET_PREFIX, KeyKind, ShopProfileSummary


def find_shop(slug: str) -> ShopId | None:
    """Return the shop of a slug, or None. Reads the doorway."""
    found = Shop.objects.filter(slug=slug).values_list("id", flat=True).first()
    return None if found is None else ShopId(found)


def shop_by_key(kind: KeyKind, value: str) -> ShopId | None:
    """Return the shop that a key opens, or None. Reads the doorway; domains, which shops may share, open none."""
    if kind == KeyKind.DOMAIN:
        raise ValueError("A domain opens no shop: it only says which pages may carry the shop's widgets.")
    if kind == KeyKind.WIDGET and not is_prefixed_token(WIDGET_PREFIX, value):
        return None  # a stranger's guesses cost no question
    found = ShopKey.objects.filter(kind=kind, value=value).values_list("shop_id", flat=True).first()
    return None if found is None else ShopId(found)


def keys_of_shop(shop_id: ShopId, kind: KeyKind) -> list[str]:
    """Return the shop's keys of a kind, oldest first. Reads the doorway."""
    return list(ShopKey.objects.filter(shop_id=shop_id, kind=kind).order_by("id").values_list("value", flat=True))


def slug_of_shop(shop_id: ShopId) -> str:
    """Return a shop's slug. Reads the doorway; raises Shop.DoesNotExist."""
    return Shop.objects.values_list("slug", flat=True).get(pk=shop_id)


def public_id_of_shop(shop_id: ShopId) -> int:
    """Return by what strangers know a shop. Reads the doorway; raises Shop.DoesNotExist."""
    return Shop.objects.values_list("public_id", flat=True).get(pk=shop_id)


def shop_exists(shop_id: ShopId) -> bool:
    """Say whether there is such a shop. Reads the doorway."""
    return Shop.objects.filter(pk=shop_id).exists()


def is_demo(shop_id: ShopId) -> bool:
    """Say whether a shop is invented. Reads the doorway."""
    return Shop.objects.filter(pk=shop_id, is_demo=True).exists()


def all_shops() -> Iterable[ShopId]:
    """Yield each shop, for sweeps of the timetable. Reads the doorway."""
    return (ShopId(pk) for pk in Shop.objects.order_by("id").values_list("id", flat=True).iterator())


def shops_of_platforms() -> Iterable[ShopId]:
    """Yield each shop that stands on a platform, or stood there and is not erased. Reads the doorway."""
    keys = ShopKey.objects.filter(kind=KeyKind.PLATFORM).order_by("shop_id").values_list("shop_id", flat=True)
    return (ShopId(pk) for pk in keys.iterator())


def departed_at() -> datetime | None:
    """Return when the shop in scope left its platform; None where an install lives, or where none ever was."""
    ends = list(Install.objects.values_list("uninstalled_at", flat=True))
    return None if None in ends else max(ends, default=None)


def platform_of_shop() -> PlatformDescriptor:
    """Return the platform of the shop in scope, also one that it left last; files where it never was on any."""
    newest = Install.objects.order_by(F("uninstalled_at").desc(nulls_first=True), "-id")
    name = newest.values_list("platform", flat=True).first()
    return find_descriptor(name) if name else FILES


def knows_addresses() -> bool:
    """Say whether shoppers' e-mail addresses may be read of the shop in scope, wherever it ever stood."""
    names = Install.objects.order_by().values_list("platform", flat=True).distinct()
    return all(find_descriptor(name).reads_emails for name in names)


def orders_address() -> str:
    """Return the page of the shop in scope on which its customers see their orders, "" where nobody knows of one."""
    path, hosts = platform_of_shop().orders_path, shop_profile().hosts
    return f"https://{hosts[0]}{path}" if path and hosts else ""


def shop_profile() -> ShopProfileSummary:
    """Return what the shop in scope says of itself."""
    row = ShopProfile.objects.get()
    return ShopProfileSummary(
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        languages=tuple(row.languages),
        countries=tuple(row.countries),
        hosts=tuple(row.hosts),
        prices_include_tax=row.prices_include_tax,
    )


def shop_settings() -> dict[str, object]:
    """Return the settings of the shop in scope by name; those never set are missing."""
    return dict(ShopProfile.objects.values_list("settings", flat=True).get())
