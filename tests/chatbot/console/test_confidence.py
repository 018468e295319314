"""Staff mark right answers, see how often the assistant is right, and say how confident it must be."""

import math
import random

import pytest
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.engine.calibration import FEWEST_LABELS, figures_at, fit_shift, lowest_threshold, shifted
from chatbot.answers.faq import store_entries
from chatbot.answers.models import AnswerSetting, Message
from chatbot.answers.thresholds import belief_in_scope, calibrate, calibration_in_scope, choose_threshold
from chatbot.answers.types import ANSWER_FROM, AnswerOutcome, Belief, EntrySummary
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs.work import is_awaited
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.models import AuditEntry
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.answers.said import add_exchange
from tests.chatbot.console.test_log import sign_in


def answered(shop: ShopId, text: str) -> Message:
    """What a shopper wrote, replied to."""
    asked = services.store_question(shop, None, text, "en")
    services.answer_exchange(shop, asked.exchange_id)
    with shop_scope(shop):
        return Message.objects.select_related("conversation").get(pk=asked.exchange_id)


def outcome_of(row: Message) -> str:
    """What a message ended in."""
    with shop_scope(ShopId(row.shop_id)):
        return row.replies.get().outcome


def expected(row: Message) -> str | None:
    """Which entry staff said is right for a message."""
    with shop_scope(ShopId(row.shop_id)):
        return row.replies.get().expect


@pytest.fixture
def chats(shop: ShopId) -> ShopId:
    with shop_scope(shop):
        store_entries([*FAQ, EntrySummary("gift", "en", "Do you wrap gifts?", "Yes.")])
    return shop


def labelled(shop: ShopId, texts: dict[str, str], times: int) -> None:
    """Messages that staff have marked, each so many times."""
    for text, entry in texts.items():
        row = answered(shop, text)
        with shop_scope(shop):
            for _ in range(times):
                add_exchange(row.conversation, text, row.at, outcome="answer", expect=entry)


RIGHT = {
    "How long does delivery take?": "delivery",
    "how do i return an item": "returns",
    "where is my money": "refund",
}
WRONG = {"Do you wrap gifts?": "", "When do I get my refund?": "delivery", "I want to send it back": ""}


def test_staff_mark_which_answer_was_right(chats: ShopId):
    row = answered(chats, "when will my order arrive?")
    client, url = sign_in(chats, Role.SUPPORT), reverse("console:label")
    back = client.post(url, {"exchange": row.public_id, "entry": "delivery"})
    talk = reverse("console:conversation", args=[row.conversation.public_id])
    assert (back.status_code, back["Location"]) == (302, talk)
    assert expected(row) == "delivery"
    assert '<span class="badge good">Right answer</span>' in client.get(talk).content.decode()
    client.post(url, {"exchange": row.public_id, "entry": ""})
    assert "None of these is right" in client.get(talk).content.decode()


def test_the_page_says_what_is_missing_before_anything_can_be_measured(shop: ShopId):
    page = sign_in(shop, Role.OWNER)
    url = reverse("console:confidence")
    assert "Write your first answers" in page.get(url).text
    with shop_scope(shop):
        store_entries(FAQ)
    assert "Add the chat to a page" in page.get(url).text
    answered(shop, "when will my order arrive?")
    assert "mark which answer was right" in page.get(url).text
    figures = [{"threshold": threshold, "answered": 0, "right": 0} for threshold in (0.5, 0.6)]
    with shop_scope(shop):
        AnswerSetting.objects.create(figures=figures, labels=3)
    shown = page.get(url).text
    assert "Write the missing answers" in shown
    assert 'class="curve"' not in shown


@pytest.mark.parametrize("sent", [{"exchange": "1"}, {"exchange": "x"}, {"exchange": "9" * 19, "entry": "e" * 300}, {}])
def test_only_what_a_shopper_wrote_is_marked(chats: ShopId, sent: dict[str, str]):
    row = answered(chats, "xylophone")
    assert sign_in(chats, Role.OWNER).post(reverse("console:label"), sent).status_code == 404
    assert expected(row) is None


def test_other_shops_and_roles_mark_nothing(chats: ShopId, other_shop: ShopId):
    row = answered(chats, "xylophone")
    sent = {"exchange": row.public_id, "entry": "delivery"}
    assert sign_in(other_shop, Role.OWNER).post(reverse("console:label"), sent).status_code == 404
    client = sign_in(chats, Role.ANALYST)
    assert client.post(reverse("console:label"), sent).status_code == 403
    assert client.get(reverse("console:confidence")).status_code == 403
    assert expected(row) is None


def test_before_anything_is_marked_the_page_says_what_to_do(chats: ShopId):
    answered(chats, "when will my order arrive?")
    text = sign_in(chats, Role.OWNER).get(reverse("console:confidence")).content.decode()
    assert "answers from 72% confidence" in text
    assert reverse("console:log") in text


def test_the_page_shows_how_often_answers_are_right(chats: ShopId):
    labelled(chats, RIGHT, 10)
    calibrate(chats)
    calibrate(chats)
    with shop_scope(chats):
        known = calibration_in_scope()
        assert AnswerSetting.objects.count() == 1
    assert (known.labels, known.answer_from, known.lowest) == (30, ANSWER_FROM, ANSWER_FROM)
    text = sign_in(chats, Role.OWNER, "fr").get(reverse("console:confidence")).content.decode()
    assert "À partir de 72\u00a0% de confiance" in text
    assert "Mesuré sur 30 messages" in text
    drawn = text.split('class="curve"')[1].split("</svg>")[0]
    assert drawn.count("<circle ") == len([one for one in known.figures if one.answered])


def test_staff_move_the_threshold_and_shoppers_are_answered_by_it(chats: ShopId):
    labelled(chats, RIGHT, 40)
    calibrate(chats)
    client, url = sign_in(chats, Role.SUPPORT), reverse("console:confidence")
    assert client.post(url, {"threshold": "0.95"})["Location"] == url
    with shop_scope(chats):
        assert belief_in_scope().answer_from == 0.95
        assert AuditEntry.objects.filter(action="moved_threshold", subject="95").exists()
        row = AnswerSetting.objects.get()
    assert (row.by_id is None, row.at is None) == (False, False)
    assert "Last set by" in client.get(url).content.decode()
    with shop_scope(chats):
        AnswerSetting.objects.update(answer_from=0.9999)  # surer than the scorer ever is
    assert outcome_of(answered(chats, "How long does delivery take?")) == AnswerOutcome.GUESSES


@pytest.mark.parametrize("sent", ["0.5", "0.71", "x", "nan", ""])
def test_a_threshold_that_precision_does_not_allow_is_refused(chats: ShopId, sent: str):
    labelled(chats, RIGHT, 1)
    calibrate(chats)
    answer = sign_in(chats, Role.OWNER).post(reverse("console:confidence"), {"threshold": sent})
    assert answer.status_code == 400
    assert "Choose one of the settings." in answer.content.decode()
    with shop_scope(chats):
        assert belief_in_scope() == Belief()
        assert not AuditEntry.objects.filter(action="moved_threshold").exists()


def test_before_it_is_measured_no_threshold_is_chosen(chats: ShopId):
    with pytest.raises(Refusal):
        choose_threshold(chats, 1, 0.8)


def test_many_wrong_answers_make_the_assistant_more_careful(chats: ShopId):
    labelled(chats, WRONG, 40)
    calibrate(chats)
    with shop_scope(chats):
        known, belief = calibration_in_scope(), belief_in_scope()
    assert known.labels == 120
    assert belief.shift < 0
    assert outcome_of(answered(chats, "Do you wrap gifts?")) != AnswerOutcome.ANSWER


def test_a_marked_message_asks_for_a_measurement(chats: ShopId, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr("chatbot.answers.thresholds.add_due", lambda kind, _subject: asked.append(kind))
    row = answered(chats, "xylophone")
    sign_in(chats, Role.OWNER).post(reverse("console:label"), {"exchange": row.public_id, "entry": ""})
    assert asked == ["calibrate_answers"]
    with shop_scope(chats):
        assert not is_awaited("calibrate_answers")


def test_a_new_index_is_measured_where_the_last_one_was(chats: ShopId, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr("chatbot.answers.thresholds.add_due", lambda kind, _subject: asked.append(kind))
    services.index_answers(chats)
    assert asked == []
    calibrate(chats)
    services.index_answers(chats)
    assert asked == ["calibrate_answers"]


def believed(count: int, off: float) -> tuple[list[float], list[bool]]:
    """Chances, and truths of log odds that lie `off` above them."""
    dice = random.Random(3)
    odds = [dice.uniform(-4, 4) for _ in range(count)]
    chances = [1 / (1 + math.exp(-one)) for one in odds]
    return chances, [dice.random() < 1 / (1 + math.exp(-one - off)) for one in odds]


def test_the_shift_is_found_again_and_only_from_enough_labels():
    assert fit_shift(*believed(FEWEST_LABELS - 1, 2.0)) == 0.0
    assert fit_shift(*believed(3_000, -1.0)) == pytest.approx(-1.0, abs=0.25)
    assert fit_shift(*believed(3_000, 1.0)) == pytest.approx(1.0, abs=0.25)


def test_chances_never_rise_beyond_what_precision_allows():
    # Right far more often than believed at the bottom, and wrong just below the threshold.
    chances = [0.1] * 300 + [0.65] * 60 + [0.9] * 100
    right = [True] * 150 + [False] * 150 + [False] * 60 + [True] * 95 + [False] * 5
    shift = fit_shift(chances, right)
    kept = [truth for chance, truth in zip(chances, right, strict=True) if shifted(chance, shift) >= ANSWER_FROM]
    assert sum(kept) / len(kept) >= 0.9


def test_what_is_impossible_is_not_made_likely():
    assert shifted(0.0, 3.0) == 0.0
    assert shifted(0.4, 0.0) == 0.4
    assert shifted(0.4, 1.0) > 0.4


def test_the_lowest_threshold_keeps_nine_in_ten():
    chances = [0.6] * 60 + [0.8] * 60
    figures = figures_at(chances, [True] * 60 + [True] * 60)
    assert lowest_threshold(figures, 120) == 0.5
    assert lowest_threshold(figures, FEWEST_LABELS - 1) == ANSWER_FROM
    worse = figures_at(chances, [False] * 60 + [True] * 60)
    assert lowest_threshold(worse, 120) == 0.65
    hopeless = figures_at([0.99] * 120, [False] * 120)
    assert lowest_threshold(hopeless, 120) == 0.95
