"""What the merchant's home asks: it opens the shop once and returns plain values."""

from shopconnect.accounts.types import Role
from shopconnect.billing.usage import was_ever_used
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.dashboard.types import Departure, Home
from shopconnect.orders.selectors import last_order_at
from shopconnect.shops.erasure import RETENTION
from shopconnect.shops.selectors import departed_at, platform_of_shop, shop_profile
from shopconnect.sync.selectors import sync_status
from shopconnect.ui.next_steps import next_steps
from shopconnect.ui.shop_times import shop_times


def home_of(shop_id: ShopId, role: Role) -> Home:
    """Return what the home page shows of a shop to a role, but for the parts that rooms add."""
    with shop_scope(shop_id):
        last_order = last_order_at()
        return Home(
            profile=shop_profile(),
            sync=sync_status(),
            last_order_at=last_order and min(last_order, now()),  # a clock ahead of ours makes no data newer than now
            is_in_use=was_ever_used(),
            shopper_times=tuple(shop_times(of_shoppers=True)),
            own_times=tuple(shop_times(of_shoppers=False)),
            steps=tuple(next_steps(role)),
        )


def departure_of(shop_id: ShopId) -> Departure | None:
    """Return what became of a shop that left its platform, None for any other."""
    with shop_scope(shop_id):
        left_at, platform, profile = departed_at(), platform_of_shop(), shop_profile()
    if left_at is None:
        return None
    return Departure(
        name=profile.name,
        platform=platform.label,
        timezone=profile.timezone,
        at=left_at,
        kept_until=left_at + RETENTION,
        asked_from=left_at + platform.redact_delay if platform.redact_delay else None,
        install_path=platform.install_path,
    )
