"""What a process reads before it is given work, so that no first question waits for it."""

from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.index import build_index
from chatbot.answers.engine.lexicon import lexicon
from chatbot.answers.knowledge import encoder_of
from chatbot.answers.types import EntrySummary
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.startup import prepare_process


def test_a_start_makes_every_language_ready_for_its_first_question():
    kept = (encoder_of, lexicon)
    for read in kept:
        read.cache_clear()
    prepare_process()
    known = [read.cache_info().misses for read in kept]
    assert known == [len(LANGUAGES)] * len(kept)
    for language in LANGUAGES:
        entry = EntrySummary("delivery", language, "Delivery?", "Two days.")
        decide(build_index([entry], language, encoder_of(language)), "delivery")
    assert [read.cache_info().misses for read in kept] == known
