"""What the tests of the answers room share: a small FAQ in two languages."""

import pytest

from chatbot.answers.faq import store_entries
from chatbot.answers.types import EntryFacts
from shopconnect.core.tenancy import ShopId, shop_scope

FAQ = (
    EntryFacts("delivery", "en", "How long does delivery take?", "Three days.", ("When will my order arrive?",)),
    EntryFacts("returns", "en", "How do I return an item?", "Within 30 days.", ("I want to send it back",), "Returns"),
    EntryFacts("refund", "en", "When do I get my refund?", "After five days.", ("Where is my money?",), "Returns"),
    EntryFacts("delivery", "fr", "Quels sont vos délais de livraison ?", "Trois jours.", ("Quand serai-je livré ?",)),
    EntryFacts("returns", "fr", "Comment retourner un article ?", "Sous 30 jours.", ("Je veux le renvoyer",)),
    EntryFacts("refund", "fr", "Quand serai-je remboursé ?", "Sous cinq jours.", ("Où est mon argent ?",)),
)


@pytest.fixture
def faq(shop: ShopId) -> ShopId:
    """A shop with a FAQ."""
    with shop_scope(shop):
        store_entries(FAQ)
    return shop
