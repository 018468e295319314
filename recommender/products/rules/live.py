"""The rules that hold for shoppers now, or in a test: remembered, so that a shelf asks no database."""

from recommender.products.models import RuleVersion
from recommender.products.rules.book import read_rules
from recommender.products.rules.engine.application import rules_of_day
from recommender.products.rules.types import LiveRules
from recommender.products.types import VersionState
from shopconnect.core.cache.memory import Memory, NotRemembered
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.clock import today
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile


def rules_for(shop_id: ShopId, number: int | None = None) -> LiveRules:
    """Return the rules that hold for shoppers, or a version that is tried; no database while they are remembered.

    They are some seconds old at most, whichever process changed them. While the database is away and nothing is
    remembered, what cannot be bought is left out and no more.
    """
    try:
        return live_rules.get(str(int(shop_id))) if number is None else tried_rules.get(f"{int(shop_id)}:{number}")
    except NotRemembered:
        return LiveRules()


def load_live(key: str) -> LiveRules:
    """Read the rules of a shop that are in force, by its id as text."""
    with shop_scope(ShopId(int(key))):
        row = RuleVersion.objects.filter(state=VersionState.LIVE).first()
        return _of_today(row) if row else LiveRules()


def load_version(key: str) -> LiveRules:
    """Read a version of a shop's rules, by both numbers as text with a colon between; what is in force without it."""
    shop, _colon, number = key.partition(":")
    with shop_scope(ShopId(int(shop))):
        row = RuleVersion.objects.filter(number=int(number)).exclude(state=VersionState.DRAFT).first()
        found = _of_today(row) if row else None
    return found or load_live(shop)


def _of_today(row: RuleVersion) -> LiveRules:
    """Return a version with the rules that hold today; what is remembered of it is read again within a minute."""
    written = read_rules(row.rules)
    return LiveRules(number=row.number, rules=rules_of_day(written, today(shop_profile().timezone)), written=written)


live_rules: Memory[LiveRules] = Memory(load_live, versions=CacheVersions("rules"))
tried_rules: Memory[LiveRules] = Memory(load_version)
