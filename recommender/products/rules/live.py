"""The rules that hold for shoppers now, or in a test: remembered, so that a shelf asks no database."""

from recommender.products.models import RuleVersion
from recommender.products.rules.book import read_rules
from recommender.products.rules.types import LiveRules
from recommender.products.types import VersionState
from shopconnect.core.cache.memory import Memory, NotRemembered
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope


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
    return LiveRules(number=row.number, rules=read_rules(row.rules)) if row else LiveRules()


def load_version(key: str) -> LiveRules:
    """Read a version of a shop's rules, by both numbers as text with a colon between; what is in force without it."""
    shop, _colon, number = key.partition(":")
    with shop_scope(ShopId(int(shop))):
        row = RuleVersion.objects.filter(number=int(number)).exclude(state=VersionState.DRAFT).first()
    return LiveRules(number=row.number, rules=read_rules(row.rules)) if row else load_live(shop)


live_rules: Memory[LiveRules] = Memory(load_live, versions=CacheVersions("rules"))
tried_rules: Memory[LiveRules] = Memory(load_version)
