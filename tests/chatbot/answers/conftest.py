"""What the tests of the answers room share: a small FAQ in two languages."""

import pytest

from chatbot.answers.faq import store_entries
from chatbot.answers.types import EntrySummary
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.details import set_details

FAQ = (
    EntrySummary("delivery", "en", "How long does delivery take?", "Three days.", ("When will my order arrive?",)),
    EntrySummary(
        "returns", "en", "How do I return an item?", "Within 30 days.", ("I want to send it back",), "Returns"
    ),
    EntrySummary("refund", "en", "When do I get my refund?", "After five days.", ("Where is my money?",), "Returns"),
    EntrySummary("delivery", "fr", "Quels sont vos délais de livraison ?", "Trois jours.", ("Quand serai-je livré ?",)),
    EntrySummary("returns", "fr", "Comment retourner un article ?", "Sous 30 jours.", ("Je veux le renvoyer",)),
    EntrySummary("refund", "fr", "Quand serai-je remboursé ?", "Sous cinq jours.", ("Où est mon argent ?",)),
)


@pytest.fixture
def faq(shop: ShopId) -> ShopId:
    """A shop with a FAQ."""
    with shop_scope(shop):
        store_entries(FAQ)
    return shop


@pytest.fixture
def details(shop: ShopId) -> ShopId:
    """A shop without a FAQ that has said all of itself that shoppers ask."""
    set_details(shop)
    return shop
