"""How well unanswered questions are grouped, and where two groups become one.

    python -m tests.chatbot.fit_groups FOLDER [SEALED]

FOLDER keeps the unpacked encoders. Half of the demo shop's FAQ is left out, by chance and three times; what the rest
does not answer is grouped. Two questions belong together where the same entry answers both; one that none answers
belongs with none of those, and whether two such belong together is not known. SHARES, TEMPERATURE and ALIKE are chosen
on the messages of the demo shop and the open half of the ruler; with SEALED as second word, what was chosen is measured
on the sealed half, whose messages are never shown.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np

from chatbot.answers.drafts.starter import starter_entries
from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.encoders.meaning import Encoder, open_encoder
from chatbot.answers.engine.encoders.remembered import RememberedEncoder
from chatbot.answers.engine.figures import share_interval
from chatbot.answers.engine.groups import cut, question_vectors, read_topics
from chatbot.answers.engine.index import build_index
from chatbot.answers.types import AnswerOutcome, EntrySummary, TestQuestionSummary
from tests.chatbot.example_shops import demo_shop, ruler

TRIES = 3
LEVELS = [round(0.4 + 0.01 * step, 2) for step in range(40)]
UNANSWERED = (AnswerOutcome.GUESSES, AnswerOutcome.ESCALATE)


def half_faq(language: str, seed: int) -> list[EntrySummary]:
    """The demo shop's FAQ without half of its entries."""
    entries = demo_shop(language).entries
    left_out = set(random.Random(seed).sample([one.external_id for one in entries], len(entries) // 2))  # noqa: S311
    return [one for one in entries if one.external_id not in left_out]


def unanswered(faq: list[EntrySummary], language: str, half: str, encoder: Encoder | None) -> list[TestQuestionSummary]:
    """What a FAQ leaves to a person or to choices."""
    messages = ruler(language, half).messages + (demo_shop(language).messages if half == "open" else [])
    index = build_index(faq, language, encoder)
    decided = ((one, decide(index, one.text)) for one in messages)
    return [one for one, decision in decided if decision.outcome in UNANSWERED and decision.topic is None]


def pairs_right(groups: list[int], messages: list[TestQuestionSummary]) -> tuple[int, int, int]:
    """Pairs of one group that belong together, all pairs of one group, all that belong together."""
    number, expect = np.array(groups), np.array([one.expect or "" for one in messages])
    first, second = np.triu_indices(len(number), 1)
    is_known = (expect[first] != "") | (expect[second] != "")
    together = (number[first] == number[second]) & is_known
    alike = (expect[first] == expect[second]) & is_known
    return int((together & alike).sum()), int(together.sum()), int(alike.sum())


def show(language: str, half: str, encoder: Encoder | None) -> None:
    """Print precision and recall of pairs: at each level, of the sealed half at the one that was chosen."""
    starter = [one for one in starter_entries() if one.language == language]
    faqs = [half_faq(language, seed) for seed in range(TRIES)]
    cases = [unanswered(faq, language, half, encoder) for faq in faqs]
    topics = [read_topics([*faq, *starter], language, encoder) for faq in faqs]
    vectors = [
        question_vectors([one.text for one in messages], held) for messages, held in zip(cases, topics, strict=True)
    ]
    for level in LEVELS if half == "open" else [topics[0].alike]:
        groups = [cut(some, level) for some in vectors]
        right, together, alike = np.sum([pairs_right(*one) for one in zip(groups, cases, strict=True)], axis=0)
        several = np.mean([(np.bincount(one) > 1).sum() for one in groups])
        sys.stdout.write(
            f"{language} {half} {encoder.name if encoder else 'words':<10} alike {level:.2f}"
            f"  precision {right / max(together, 1):.2f} {share_interval(int(right), int(together))}"
            f"  recall {right / alike:.2f}"
            f"  ({right} of {together} and of {alike} pairs; {several:.0f} groups of several"
            f" in {np.mean([len(one) for one in cases]):.0f} questions)\n"
        )


if __name__ == "__main__":
    for name in ("en", "fr"):
        opened = open_encoder(name, Path(sys.argv[1]))
        for one in [RememberedEncoder(opened) if opened else None, None]:
            show(name, "sealed" if "SEALED" in sys.argv[2:] else "open", one)
