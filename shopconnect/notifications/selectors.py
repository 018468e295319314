"""Questions about where a shop is written to. All run in its scope."""

from shopconnect.accounts.selectors import mail_reaches_owner
from shopconnect.core.tenancy.context import ShopId
from shopconnect.notifications.models import NoticeAddress
from shopconnect.notifications.types import NoticeAddressSummary


def notice_address() -> NoticeAddressSummary | None:
    """Return where the shop in scope is written to, or None where no address is confirmed."""
    return _address(NoticeAddress.objects.exclude(confirmed_at=None).first())


def waiting_address() -> NoticeAddressSummary | None:
    """Return the address of the shop in scope that waits for its confirmation, or None."""
    return _address(NoticeAddress.objects.filter(confirmed_at=None).first())


def has_reach(shop_id: ShopId) -> bool:
    """Say whether mail reaches an owner of the shop in scope, or the address that one gave."""
    return mail_reaches_owner(shop_id) or notice_address() is not None


def _address(row: NoticeAddress | None) -> NoticeAddressSummary | None:
    return NoticeAddressSummary(email=row.email, language=row.language, asked_at=row.asked_at) if row else None
