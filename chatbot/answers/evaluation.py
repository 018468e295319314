"""How well the FAQ answers: the figures of `evaluate NAME chat`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chatbot.answers.answering import find_answer
from chatbot.answers.engine.confidence import scorer
from chatbot.answers.engine.figures import area_interval, area_under_curve, percentile, share_interval
from chatbot.answers.knowledge import KnowledgeBase, find_knowledge, version_in_scope
from chatbot.answers.redaction import redact, without_placeholders
from chatbot.answers.selectors import iter_test_questions
from chatbot.answers.thresholds import belief_in_scope
from chatbot.answers.types import AnswerOutcome, Belief, TestQuestionSummary
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

CountProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Case:
    is_answerable: bool
    place: int | None  # of the expected entry among the candidates, 0 is first
    is_answered: bool
    is_fact: bool
    confidence: float
    milliseconds: float


def evaluate_answers(
    shop_id: ShopId, messages: Iterable[TestQuestionSummary] | None = None, progress: CountProgress | None = None
) -> dict[str, object]:
    """Answer each message from the FAQ in its language, and return the figures that docs/measuring.md names.

    `messages` are the shop's test questions unless given; `progress` hears (done, all). Shares are from 0 to 1, None
    where nothing is counted: accuracy and hit3 over answerable messages, answered_share over all messages,
    answered_precision over all answered ones (an answer to an unanswerable message is wrong), leak over the
    unanswerable. What the shop's own data answer is neither answered nor leaked: fact_share and fact_leak are how many
    of the answerable and of the unanswerable that were. `intervals` hold the shares and the auroc with 95% certainty.
    Opens its own scopes; writes nothing.
    """
    questions = list(messages) if messages is not None else _stored_questions(shop_id)
    known = {language: _knowledge(shop_id, language) for language in LANGUAGES}
    with shop_scope(shop_id):
        belief = belief_in_scope()
    cases = []
    for done, message in enumerate(questions, start=1):
        cases.append(_case(shop_id, known.get(message.language), message, belief))
        if progress:
            progress(done, len(questions))
    return _figures(cases, _scorers(known))


def _stored_questions(shop_id: ShopId) -> list[TestQuestionSummary]:
    with shop_scope(shop_id):
        return list(iter_test_questions())


def _knowledge(shop_id: ShopId, language: str) -> KnowledgeBase:
    with shop_scope(shop_id):
        version = version_in_scope(language)
    return find_knowledge(shop_id, language, version)


def _case(shop_id: ShopId, known: KnowledgeBase | None, message: TestQuestionSummary, belief: Belief) -> _Case:
    if known is None:  # a language that nobody answers in goes to a person
        return _Case(message.expect is not None, None, False, False, 0.0, 0.0)
    # The same calls as a shopper's message takes, redaction too: what is measured is what is served.
    started = time.perf_counter()
    text = without_placeholders(redact(message.text).text)
    found = find_answer(shop_id, known, text, message.language, belief)
    spent = (time.perf_counter() - started) * 1000
    names = [known.entries[one.position].external_id for one in found.decision.candidates]
    return _Case(
        is_answerable=message.expect is not None,
        place=names.index(message.expect) if message.expect in names else None,
        is_answered=found.outcome == AnswerOutcome.ANSWER,
        is_fact=found.outcome == AnswerOutcome.FACT,
        confidence=found.decision.confidence,
        milliseconds=spent,
    )


def _scorers(known: Mapping[str, KnowledgeBase]) -> str:
    return ", ".join(sorted({scorer(one.index.encoder) for one in known.values()}))


def _figures(cases: Sequence[_Case], scorers: str) -> dict[str, object]:
    answerable = [case for case in cases if case.is_answerable]
    counted = {
        "accuracy": [case.place == 0 for case in answerable],
        "hit3": [case.place is not None and case.place < 3 for case in answerable],
        "answered_share": [case.is_answered for case in cases],
        "answered_precision": [case.is_answerable and case.place == 0 for case in cases if case.is_answered],
        "leak": [case.is_answered for case in cases if not case.is_answerable],
        "fact_share": [case.is_fact for case in answerable],
        "fact_leak": [case.is_fact for case in cases if not case.is_answerable],
    }
    confidences, truths = [case.confidence for case in cases], [case.is_answerable for case in cases]
    times = [case.milliseconds for case in cases]
    intervals = {name: share_interval(sum(hits), len(hits)) for name, hits in counted.items()}
    return {
        "cases": len(cases),
        "scorer": scorers,
        **{name: _share(hits) for name, hits in counted.items()},
        "auroc": area_under_curve(confidences, truths),
        "intervals": {**intervals, "auroc": area_interval(confidences, truths)},
        "milliseconds_p50": percentile(times, 50),
        "milliseconds_p95": percentile(times, 95),
    }


def _share(hits: Sequence[bool]) -> float | None:
    return round(sum(hits) / len(hits), 4) if hits else None
