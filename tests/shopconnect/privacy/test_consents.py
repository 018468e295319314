"""The latest word on consent counts."""

from datetime import UTC, datetime

from shopconnect.connectors.types import ConsentDraft
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.privacy import selectors
from shopconnect.privacy.services import store_consents


def said(who, given, day, purpose="analytics"):
    visitor, customer = (who, "") if who.startswith("w") else ("", who)
    at = datetime(2026, 1, day, tzinfo=UTC)
    return ConsentDraft(visitor=visitor, customer=customer, purpose=purpose, is_given=given, at=at)


def test_the_latest_word_counts(shop, other_shop):
    words = [
        said("w1", True, 1),
        said("w1", False, 2),
        said("w2", False, 1),
        said("w2", True, 2),
        said("w3", True, 1),
        said("w4", False, 1, "marketing"),
        said("c1", False, 3),
    ]
    with shop_scope(shop):
        assert store_consents(words).new == 7
        assert store_consents(words).same == 7
        assert selectors.withdrawn_visitors() == ["w1"]
        assert selectors.withdrawn_visitors("marketing") == ["w4"]
        assert selectors.withdrawn_customers() == ["c1"]
    with shop_scope(other_shop):
        assert selectors.withdrawn_visitors() == []
