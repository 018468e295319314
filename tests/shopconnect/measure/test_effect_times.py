"""The effect that the bench asks for is found, and is gone with its shop afterwards."""

import math

import pytest

from chatbot.answers.faq import store_entries, store_test_questions
from chatbot.answers.types import TestQuestionSummary
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench import effect_times
from shopconnect.measure.bench.types import NothingToMeasure
from shopconnect.shops.selectors import all_shops
from tests.chatbot.answers.conftest import FAQ
from tests.makers import make_shop


def test_the_effect_of_a_draft_is_measured_and_nothing_stays(transactional_db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(effect_times, "QUESTIONS", 12)
    shop, told = make_shop("measured"), list[str]()
    with pytest.raises(NothingToMeasure):
        effect_times.measure_effect_times(shop, told.append)
    with shop_scope(shop):
        store_entries(FAQ)
        store_test_questions([TestQuestionSummary(text, "en", None) for text in ("when will it come?", "my money")])
    figures = effect_times.measure_effect_times(shop, told.append)
    assert set(figures) == {"effect_cold", "effect_cold_cpu", "effect_prepared", "effect_prepared_cpu"}
    assert all(math.isfinite(value) and value > 0 for value in figures.values())
    assert told
    assert list(all_shops()) == [shop]
