"""What the merchant's home asks: it opens the shop once and returns plain values."""

from shopconnect.accounts.types import Role
from shopconnect.billing.usage import was_ever_used
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.dashboard.types import Home
from shopconnect.orders.selectors import last_order_at
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync.selectors import sync_status
from shopconnect.ui.next_steps import next_steps
from shopconnect.ui.shop_times import shop_times


def home_of(shop_id: ShopId, role: Role) -> Home:
    """Return what the home page shows of a shop to a role, but for the parts that rooms add."""
    with shop_scope(shop_id):
        return Home(
            profile=shop_profile(),
            sync=sync_status(),
            last_order_at=last_order_at(),
            is_in_use=was_ever_used(),
            shopper_times=tuple(shop_times(of_shoppers=True)),
            own_times=tuple(shop_times(of_shoppers=False)),
            steps=tuple(next_steps(role)),
        )
