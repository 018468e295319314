"""What a draft does to the last questions is seen before it is published, and is what shoppers are told then."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.drafts.services import publish_draft, save_draft
from chatbot.answers.drafts.texts import etag_of
from chatbot.answers.faq import store_entries
from chatbot.answers.knowledge import find_knowledge, version_in_scope
from chatbot.answers.models import Message
from chatbot.answers.thresholds import belief_in_scope, label_exchange
from chatbot.answers.transcripts.asked import last_questions
from chatbot.answers.types import AnswerOutcome, Author, EntrySummary
from chatbot.console.teaching.effects import (
    PER_STEP,
    PREPARATION,
    QUESTIONS,
    ask_effect,
    prepare_effects,
    read_effect,
    run_effect,
)
from chatbot.console.teaching.models import AnswerEffect
from chatbot.console.teaching.standing import standing_decisions
from chatbot.console.teaching.types import EffectKind, EffectSummary
from shopconnect.accounts.types import Role
from shopconnect.core.artefacts import store
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs.work import is_awaited
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.console.test_log import sign_in

GIFTS = EntrySummary("gifts", "en", "Do you wrap gifts?", "Yes, for free.", ("Can you wrap it as a present?",))
HOSTILE = "<img src=x onerror=alert(1)> do you wrap gifts?"


@pytest.fixture
def asked(shop: ShopId) -> ShopId:
    """A shop whose FAQ knows nothing of gifts, and what it was asked."""
    with shop_scope(shop):
        store_entries(FAQ)
    for text in ("Do you wrap gifts?", "When will my order arrive?", "can you wrap it as a present", HOSTILE):
        ask(shop, text)
    ask(shop, "Où est mon argent ?", "fr")
    return shop


def ask(shop: ShopId, text: str, language: str = "en") -> int:
    """Ask, and return the message's public id."""
    stored = services.store_question(shop, None, text, language)
    services.answer_exchange(shop, stored.exchange_id)
    return int(stored.exchange)


def draft(shop: ShopId, *texts: EntrySummary, over: tuple[EntrySummary, ...] = ()) -> str:
    """Write the draft of an entry, and return its etag."""
    before = {one.language: one for one in over}
    return save_draft(shop, 1, texts[0].external_id, {one.language: one for one in texts}, etag_of(before))


def effect_of(shop: ShopId, entry: str) -> EffectSummary:
    """Ask for an effect and have it found."""
    ask_effect(shop, entry)
    with shop_scope(shop):
        effect = AnswerEffect.objects.get(entry=entry).pk
    run_effect(shop, effect)
    found = read_effect(shop, entry).effect
    assert found is not None
    assert found.is_done
    return found


def test_a_new_answer_says_which_questions_it_will_answer(asked: ShopId):
    draft(asked, GIFTS)
    found = effect_of(asked, "gifts")
    assert (found.total, found.counts[EffectKind.LOST]) == (5, 0)
    gained = {one.exchange.asked for one in found.changes if one.kind == EffectKind.GAINED}
    assert {"Do you wrap gifts?", "can you wrap it as a present"} <= gained
    assert all(one.after.entry == "gifts" for one in found.changes if one.kind == EffectKind.GAINED)
    assert "When will my order arrive?" not in {one.exchange.asked for one in found.changes}


def test_the_effect_is_what_shoppers_are_told_once_it_is_published(asked: ShopId):
    etag = draft(asked, GIFTS)
    found = effect_of(asked, "gifts")
    publish_draft(asked, 1, "gifts", etag)
    services.index_answers(asked)
    with shop_scope(asked):
        questions = {one.exchange: one.text for one in last_questions(10)}
    promised = {int(one.exchange.exchange): one.after for one in found.changes}
    for exchange, text in questions.items():
        again = ask(asked, text, "fr" if "argent" in text else "en")
        with shop_scope(asked):
            reply = Message.objects.get(author=Author.BOT, answers__public_id=again)
            first = Message.objects.get(author=Author.BOT, answers__public_id=exchange)
        expected = promised.get(exchange)
        said = (expected.outcome, expected.entry) if expected else (first.outcome, first.entry)
        assert (reply.outcome, reply.entry) == said


def test_an_answer_that_goes_is_lost(asked: ShopId):
    published = next(one for one in FAQ if (one.external_id, one.language) == ("delivery", "en"))
    french = next(one for one in FAQ if (one.external_id, one.language) == ("delivery", "fr"))
    written = EntrySummary("delivery", "en", "Do you sell skis?", "No.")
    draft(asked, written, french, over=(published, french))
    found = effect_of(asked, "delivery")
    lost = [one for one in found.changes if one.kind == EffectKind.LOST]
    assert [one.exchange.asked for one in lost] == ["When will my order arrive?"]
    assert lost[0].before.outcome == AnswerOutcome.ANSWER
    assert lost[0] == found.changes[0]  # what is lost is read first


def test_what_staff_marked_says_whether_it_gets_better(asked: ShopId):
    with shop_scope(asked):
        marked = {one.text: one.exchange for one in last_questions(10)}
    label_exchange(asked, marked["Do you wrap gifts?"], "gifts")
    label_exchange(asked, marked["When will my order arrive?"], "delivery")
    draft(asked, GIFTS)
    found = effect_of(asked, "gifts")
    assert (found.labelled, found.right_before, found.right_after) == (2, 1, 2)
    changed = next(one for one in found.changes if one.exchange.asked == "Do you wrap gifts?")
    assert (changed.was_right, changed.is_right) == (False, True)


def test_without_a_draft_there_is_nothing_to_see(asked: ShopId):
    with pytest.raises(Refusal) as refused:
        ask_effect(asked, "delivery")
    assert refused.value.code == "no_draft"
    with shop_scope(asked):
        assert not AnswerEffect.objects.exists()


def test_a_draft_that_has_changed_since_is_not_published_unseen(asked: ShopId):
    etag = draft(asked, GIFTS)
    effect_of(asked, "gifts")
    client, page = sign_in(asked, Role.SUPPORT), f"{reverse('teaching:effect')}?entry=gifts"
    assert "Publish answer" in client.get(page).text
    changed = EntrySummary("gifts", "en", "Do you wrap gifts?", "Only in December.")
    save_draft(asked, 1, "gifts", {"en": changed}, etag)
    shown = client.get(page).text
    assert "The draft has changed since" in shown
    assert "Publish answer" not in shown
    refused = client.post(reverse("teaching:publish"), {"entry": "gifts", "etag": etag})
    assert refused.status_code == 409
    assert "changed this answer in the meantime" in refused.text


def test_from_the_editor_to_the_effect_and_to_the_published_answer(asked: ShopId):
    client = sign_in(asked, Role.SUPPORT)
    sent = {
        "entry": "gifts",
        "expected_etag": etag_of({}),
        "en-question": GIFTS.question,
        "en-answer": GIFTS.answer,
        "deed": "save",
    }
    back = client.post(reverse("teaching:save"), sent)
    page = f"{reverse('teaching:effect')}?entry=gifts"
    assert (back.status_code, back["Location"]) == (302, page)
    assert "Starting" in client.get(page).text
    with shop_scope(asked):
        effect = AnswerEffect.objects.get()
    run_effect(asked, effect.pk)
    shown = client.get(page).text
    assert "of the last 5 change" in shown
    assert "<img src=x" not in shown
    back = client.post(reverse("teaching:publish"), {"entry": "gifts", "etag": effect.etag})
    assert back["Location"].startswith(f"{reverse('answers:answer')}?entry=gifts&version=1")


def test_what_the_editor_refuses_asks_for_nothing(asked: ShopId):
    client = sign_in(asked, Role.OWNER)
    refused = client.post(reverse("teaching:save"), {"entry": "gifts", "expected_etag": "x", "en-question": "Why?"})
    assert refused.status_code == 409
    with shop_scope(asked):
        assert not AnswerEffect.objects.exists()


def test_with_the_first_word_of_a_draft_a_worker_gets_ready_and_the_effect_is_the_same(asked: ShopId):
    for number in range(60):
        ask(asked, f"Do you wrap {number} gifts?")
    ask(asked, "When will my order arrive? And do you wrap gifts?")  # two questions are asked as two each time
    draft(asked, GIFTS)
    cold = effect_of(asked, "gifts")
    client = sign_in(asked, Role.SUPPORT)
    editor = client.get(reverse("answers:answer"), {"entry": "gifts"}).text
    assert f'data-prepare="{reverse("teaching:prepare")}"' in editor
    assert [client.post(reverse("teaching:prepare")).status_code for _ in range(2)] == [204, 204]
    with shop_scope(asked):
        assert is_awaited(PREPARATION)
    prepare_effects(asked)
    ready = store.load(asked, "standing-en")
    assert ready is not None
    assert len(ready.manifest["decisions"]) == 65
    assert effect_of(asked, "gifts") == cold


def test_the_effect_on_the_latest_questions_is_seen_while_the_others_are_asked(asked: ShopId):
    for number in range(PER_STEP):
        ask(asked, f"Do you wrap {number} gifts?")
    draft(asked, GIFTS)
    with CaptureQueriesContext(connection) as queries:
        whole = effect_of(asked, "gifts")
    written = "\n".join(one["sql"] for one in queries.captured_queries if '"found" = \'' in one["sql"])
    assert [int(one) for one in re.findall(r'"checked" = (\d+)', written)] == [PER_STEP, PER_STEP + 5]
    with shop_scope(asked):
        AnswerEffect.objects.update(checked=PER_STEP)  # as a worker that was killed leaves it
        effect = AnswerEffect.objects.get().pk
    page = f"{reverse('teaching:effect')}?entry=gifts"
    client = sign_in(asked, Role.SUPPORT)
    partial = client.get(page).text
    for shown in ("questions of the last 200 change", "200 of 205 checked", "Answered from now on"):
        assert shown in partial
    assert reverse("teaching:publish") not in partial
    run_effect(asked, effect)
    assert read_effect(asked, "gifts").effect == whole
    assert reverse("teaching:publish") in client.get(page).text


def test_what_was_prepared_stays_while_new_questions_are_answered(asked: ShopId):
    prepare_effects(asked)
    for number in range(60):
        ask(asked, f"Do you wrap {number} gifts?")
    prepare_effects(asked)
    for number in range(60):
        ask(asked, f"Do you gift wrap {number} bowls?")
    with shop_scope(asked):
        version, belief = version_in_scope("en"), belief_in_scope()
        questions = [one for one in last_questions(QUESTIONS) if one.language == "en"]
    known = find_knowledge(asked, "en", version)
    assert len(standing_decisions(asked, known, "en", questions[:60], belief, questions)) == 60
    ready = store.load(asked, "standing-en")
    assert ready is not None
    assert set(ready.manifest["decisions"]) == {str(one.exchange) for one in questions}


def test_what_questions_follow_up_takes_no_more_queries_for_many(asked: ShopId):
    def talk(count: int) -> int:
        """Have somebody ask a question and follow it up so often; returns how many queries the last questions take."""
        token = services.store_question(asked, None, "How long does delivery take?", "en").conversation
        for text in ["How long does delivery take?", *["and returns?"] * count]:
            stored = services.store_question(asked, token, text, "en")
            services.answer_exchange(asked, stored.exchange_id)
        with shop_scope(asked), CaptureQueriesContext(connection) as queries:
            found = last_questions(count)
        assert [one.text for one in found] == ["and returns?"] * count
        assert all(one.before is not None for one in found)
        return len(queries)

    assert talk(2) == talk(12)


def test_other_shops_and_analysts_see_no_effect(asked: ShopId, other_shop: ShopId):
    draft(asked, GIFTS)
    effect_of(asked, "gifts")
    page = f"{reverse('teaching:effect')}?entry=gifts"
    assert "Do you wrap gifts?" not in sign_in(other_shop, Role.OWNER).get(page).text
    client = sign_in(asked, Role.ANALYST)
    assert client.get(page).status_code == 403
    for name in ("teaching:ask_effect", "teaching:prepare"):
        assert client.post(reverse(name), {"entry": "gifts"}).status_code == 403
    with shop_scope(asked):
        assert not is_awaited(PREPARATION)


def test_a_question_that_was_erased_is_not_shown(asked: ShopId):
    draft(asked, GIFTS)
    before = effect_of(asked, "gifts")
    with shop_scope(asked):
        talks = [one.conversation_id for one in Message.objects.filter(text="Do you wrap gifts?")]
        services.erase_conversations(talks)
    after = read_effect(asked, "gifts").effect
    assert after is not None
    assert after.changed == before.changed
    assert "Do you wrap gifts?" not in {one.exchange.asked for one in after.changes}
