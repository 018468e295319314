"""Plans: what each holds, which one a shop has, and how we hear of it.

Prices stand on the platform's own page and nowhere here. A plan is a number of visits with suggestions and of
conversations a month; nothing is charged by use, and nothing by what we say we earned. What a shop has stays.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from shopconnect.billing.meters import meters
from shopconnect.billing.models import ShopPlan
from shopconnect.billing.types import BillingPlan, PlanSummary
from shopconnect.connectors.billing import BilledShop, Billing, PlanShop
from shopconnect.connectors.registry import find_billing
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.installs import connected, find_install
from shopconnect.shops.selectors import keys_of_shop, public_id_of_shop, shops_of_platforms
from shopconnect.shops.types import KeyKind, NotConnected

log = get_logger(__name__)

WORK_KIND, NO_SUBJECT = "read_plan", 0
REFRESH_AFTER, TOLD_FOR = timedelta(minutes=10), timedelta(days=30)


HANDLES = ("free", "starter", "growth", "scale")
FREE = HANDLES[0]
UNLIMITED = BillingPlan(handle="", most={})  # where nobody pays, nothing is counted out


def plan_of(handle: str) -> BillingPlan:
    """Return the plan of a handle, with what each meter says that it holds of it."""
    return BillingPlan(
        handle=handle, most={name: meter.most[handle] for name, meter in meters().items() if handle in meter.most}
    )


def plan_of_shop() -> BillingPlan:
    """Return the plan of the shop in scope. One that we do not know is paid for all the same: it is the largest."""
    return _plan_held(billing_of_shop()[1], ShopPlan.objects.first())


def _plan_held(billing: Billing | None, row: ShopPlan | None) -> BillingPlan:
    if billing is None:
        return UNLIMITED
    if row is None or not row.handle or (row.ends_at is not None and row.ends_at < now()):
        return plan_of(FREE)
    return plan_of(row.handle if row.handle in HANDLES else HANDLES[-1])


def find_plan(shop_id: ShopId, *, is_new: bool = False) -> PlanSummary:
    """Return what a shop's plan is, until when, and where another is chosen.

    Who takes the money is asked again soon, at once where `is_new` says that something may have changed.
    """
    with shop_scope(shop_id):
        row, (shop, billing) = ShopPlan.objects.first(), billing_of_shop()
        if billing and (is_new or row is None or row.read_at < now() - REFRESH_AFTER):
            add_due(WORK_KIND, NO_SUBJECT)
    plan = _plan_held(billing, row)
    trial_ends_at = row.trial_ends_at if row and row.trial_ends_at and row.trial_ends_at > now() else None
    return PlanSummary(
        handle=plan.handle,
        name=plan_word(plan.handle),
        trial_ends_at=trial_ends_at,
        ends_at=row.ends_at if row else None,
        page=billing.plan_page(shop) if shop and billing else "",
        seller_pages=billing.pages if isinstance(billing, PlanShop) else (),
    )


def plan_word(handle: str) -> str:
    """Return what a plan is called, in the active language."""
    return {
        "": _("Unlimited"),
        "free": _("Free"),
        "starter": _("Starter"),
        "growth": _("Growth"),
        "scale": _("Scale"),
    }.get(handle, handle)


def ask_plan(shop_id: ShopId) -> None:
    """Have a worker ask what a shop pays for, where it can pay; run in the shop's scope."""
    if billing_of_shop()[1] is not None:
        add_due(WORK_KIND, NO_SUBJECT)


def ask_plans() -> None:
    """Have workers ask what each shop of a platform pays for."""
    for shop_id in shops_of_platforms():
        with shop_scope(shop_id):
            ask_plan(shop_id)


def read_plan(shop_id: ShopId) -> None:
    """Ask who takes the money what a shop pays for, and keep it; a second run finds the same.

    While nobody answers, what was heard last holds. A parked shop is asked about as any other, for it goes on paying;
    one that left is no more.
    """
    with shop_scope(shop_id):
        shop, billing = billing_of_shop()
    if shop is None or billing is None:
        return
    try:
        is_known = shop.number or isinstance(billing, PlanShop)
        paid = billing.find_subscription(shop if is_known else replace(shop, number=_ask_number(shop_id)))
    except NotConnected:  # parked before its number was known
        return
    except ConnectorError as error:
        if not error.permanent:
            raise
        log.error("plan_not_read", shop_id=shop_id, status=error.status, detail=error.detail)
        return
    with shop_scope(shop_id):
        ends_at = paid.ends_at if paid.plan else _ended_at(ShopPlan.objects.first())
        known = {"handle": paid.plan, "trial_ends_at": paid.trial_ends_at, "ends_at": ends_at, "read_at": now()}
        ShopPlan.objects.update_or_create(defaults=known)


def ended_plan(shop_id: ShopId) -> PlanSummary | None:
    """Return the plan that a shop falls back to where one that it paid for ended lately, else None."""
    with shop_scope(shop_id):
        has_ended = ShopPlan.objects.filter(ends_at__gt=now() - TOLD_FOR, ends_at__lte=now()).exists()
    return find_plan(shop_id) if has_ended else None


def _ended_at(before: ShopPlan | None) -> datetime | None:
    """Return when the plan ended of a shop that pays for nothing now, None where it never did."""
    if before is None or not before.handle:
        return before.ends_at if before else None
    return min(before.ends_at or now(), now())


def billing_of_shop() -> tuple[BilledShop | None, Billing | None]:
    """Return the shop in scope as those know it who take its money, None once it left; and who that is, if anybody."""
    install = find_install()
    if install is None:
        return None, None
    shop = billed_shop(install.platform, install.external_id, install.number)
    return shop, find_billing(shop)


def billed_shop(platform: str, external_id: str = "", number: str = "") -> BilledShop:
    """Return the shop in scope as those know it who take its money; where it had several payers, the newest."""
    shop_id = current_shop()
    return BilledShop(
        platform=platform,
        external_id=external_id,
        number=number,
        public_id=public_id_of_shop(shop_id),
        payer=next(reversed(keys_of_shop(shop_id, KeyKind.PAYER)), ""),
    )


def _ask_number(shop_id: ShopId) -> str:
    with connected(shop_id) as connection:
        return connection.read_shop().number
