"""From a row that is due to its end by a real Celery worker, over real Redis."""

from chatbot.answers.faq import store_entries
from chatbot.answers.types import EntrySummary
from shopconnect.core.artefacts import store
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from tests.waiting import until


def test_work_asked_for_is_done_by_a_worker_soon_after_the_commit(worker, transactional_db, shop):
    with shop_scope(shop):
        store_entries([EntrySummary("returns", "en", "How do I return it?", "Within 14 days.")])
        assert Due.objects.filter(shop_id=shop, kind="index_answers").exists()
    until(lambda: not Due.objects.filter(shop_id=shop).exists())
    store.erase(shop)
