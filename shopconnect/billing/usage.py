"""What a shop used this month: counted in Redis as it is used, written into a row each minute.

The row is the truth and Redis holds what came since. What is lost when a process or Redis dies is lost in the
merchant's favour: nothing is ever counted twice.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import F

from shopconnect.billing.meters import meters
from shopconnect.billing.models import DayUsage, MonthUsage
from shopconnect.billing.notices import USAGE_FULL, USAGE_NEAR, USAGE_SURGE
from shopconnect.billing.plans import plan_of_shop
from shopconnect.billing.types import Allowance, Meter, MeterUsage
from shopconnect.core.cache.redis import client, shop_key
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import tell_owners
from shopconnect.shops.selectors import shop_exists

ADD_ONCE = """
if redis.call('set', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then
    redis.call('hincrby', KEYS[2], ARGV[1], 1)
    redis.call('expire', KEYS[2], ARGV[3])
end
"""
TOUCHED, WAIT_SECONDS, TTL_SECONDS = "usage:touched", 1.0, 7 * 86_400
WARNED_AT = 80  # percent
# A day is a surge where so many times as much is used as on the days before, of which some must be known.
SURGE_TIMES, SURGE_AT, DAYS_BEFORE, LEAST_DAYS = 4, 100, 7, 3
SHOPS_A_TURN = 10_000


def month_of(moment: datetime) -> date:
    """Return the month, in UTC, that a moment is counted in, as its first day."""
    return moment.astimezone(UTC).date().replace(day=1)


def add_use(pipe: Any, shop_id: ShopId, meter: Meter, count: int = 1) -> None:
    """Add uses to a pipeline of Redis."""
    pipe.hincrby(usage_key(shop_id), usage_field(meter), count)
    pipe.expire(usage_key(shop_id), TTL_SECONDS)
    pipe.sadd(TOUCHED, int(shop_id))


def add_use_once(pipe: Any, shop_id: ShopId, meter: Meter, name: str, seconds: int) -> None:
    """Add a use to a pipeline of Redis, unless one of the same name was added within some seconds."""
    keys = (shop_key(shop_id, "used", meter, name), usage_key(shop_id))
    pipe.eval(ADD_ONCE, len(keys), *keys, usage_field(meter), seconds, TTL_SECONDS)
    pipe.sadd(TOUCHED, int(shop_id))


def usage_key(shop_id: ShopId) -> str:
    """Return under which key of Redis lies what was used since that was written down: a hash by `usage_field`."""
    return shop_key(shop_id, "usage")


def usage_field(meter: Meter) -> str:
    """Return under which field what is used of a meter today is counted."""
    return f"{now().date().isoformat()}|{meter}"


def allowance_of_shop() -> Allowance:
    """Return what the plan of the shop in scope holds this month, and what of it was used by the last minute."""
    month = month_of(now())
    return Allowance(month=month, most=plan_of_shop().most, used=_used(month))


def was_ever_used() -> bool:
    """Say whether shoppers of the shop in scope ever saw a shelf or wrote to the assistant."""
    return bool(MonthUsage.objects.filter(count__gt=0).exists())


def meters_of(shop_id: ShopId) -> list[MeterUsage]:
    """Return each meter of a shop with what was used of it this month."""
    with shop_scope(shop_id):
        allowance = allowance_of_shop()
    return [
        MeterUsage(meter=meter, used=allowance.used.get(meter, 0), most=allowance.most.get(meter)) for meter in meters()
    ]


def write_usage() -> int:
    """Write what was used since the last minute into the rows; returns of how many shops. Raises RedisError."""
    redis, written = client(WAIT_SECONDS), 0
    for raw in redis.spop(TOUCHED, SHOPS_A_TURN) or []:
        shop_id = ShopId(int(raw))
        pipe = redis.pipeline(transaction=True)
        pipe.hgetall(usage_key(shop_id))
        pipe.delete(usage_key(shop_id))
        found = pipe.execute()[0]
        if found and shop_exists(shop_id):
            with shop_scope(shop_id):
                _write({key.decode(): int(value) for key, value in found.items()})
            written += 1
    return written


def _write(counts: Mapping[str, int]) -> None:
    for key, count in counts.items():
        text, _, name = key.partition("|")
        day, meter = date.fromisoformat(text), Meter(name)
        of_day, _made = DayUsage.objects.get_or_create(day=day, meter=meter)
        DayUsage.objects.filter(pk=of_day.pk).update(count=F("count") + count)
        _tell_surge(meter, day, of_day.count + count)
        row, _made = MonthUsage.objects.get_or_create(month=day.replace(day=1), meter=meter)
        MonthUsage.objects.filter(pk=row.pk).update(count=F("count") + count)
        most = plan_of_shop().most.get(meter)
        if most is not None:
            _tell_when_near(meter, row.month.isoformat(), row.count + count, most)


def _tell_surge(meter: Meter, day: date, used: int) -> None:
    """Tell the owners where a day uses many times as much as the days before; rows of older days go."""
    DayUsage.objects.filter(day__lt=day - timedelta(days=DAYS_BEFORE)).delete()
    before = list(DayUsage.objects.filter(meter=meter, day__lt=day).values_list("count", flat=True))
    if used < SURGE_AT or len(before) < LEAST_DAYS or used * len(before) < SURGE_TIMES * sum(before):
        return
    usual = str(round(sum(before) / len(before)))
    params = {"meter": meter, "count": str(used), "usual": usual, "day": day.isoformat()}
    tell_owners(USAGE_SURGE, params, key=f"{USAGE_SURGE}-{meter}-{day.isoformat()}")


def _tell_when_near(meter: Meter, month: str, used: int, most: int) -> None:
    if used * 100 < most * WARNED_AT:
        return
    kind = USAGE_FULL if used >= most else USAGE_NEAR
    tell_owners(kind, {"meter": meter}, key=f"{kind}-{meter}-{month}-{most}")


def _used(month: date) -> dict[Meter, int]:
    rows = MonthUsage.objects.filter(month=month).values_list("meter", "count")
    return {Meter(meter): count for meter, count in rows}
