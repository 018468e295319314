"""Questions that nobody answered are grouped by what they ask, counted, and worked through."""

from pathlib import Path

import pytest
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.drafts.starter import starter_entries
from chatbot.answers.engine.groups import Topics, group_questions, read_topics
from chatbot.answers.faq import store_entries
from chatbot.answers.knowledge import encoder_of
from chatbot.answers.models import Message
from chatbot.answers.types import EntrySummary
from chatbot.console.teaching.groups import KIND, change_state, list_groups, regroup
from chatbot.console.teaching.models import QuestionGroup
from chatbot.console.teaching.types import GroupState
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing
from shopconnect.core.jobs.work import is_awaited, run_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.services import export_folder, load_folder
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.console.test_log import sign_in
from tests.shopconnect.sync.folders import plain_folder

# By hand: who asks the same thing stands in one line.
ALIKE = {
    "en": [
        ("do you wrap gifts?", "can you gift wrap it for me", "is gift wrapping possible"),
        ("can I pay in instalments?", "is it possible to pay in three instalments", "do you offer instalments"),
        ("can you engrave a name on the mug", "can i have a name engraved"),
        ("do you have a shop in Lyon?",),
    ],
    "fr": [
        ("faites-vous des paquets cadeaux ?", "un emballage cadeau est-il possible", "vous faites le paquet cadeau ?"),
        ("peut-on payer en plusieurs fois ?", "je voudrais payer en plusieurs fois"),
        ("avez-vous une boutique à Lyon ?",),
    ],
}
HOSTILE = "<script>alert(1)</script> zwölf xylophone?"


def topics_of(language: str) -> Topics:
    """What a shop without a FAQ of its own is held against."""
    return read_topics([one for one in starter_entries() if one.language == language], language, encoder_of(language))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_questions_made_by_hand_are_grouped_by_what_they_ask(language: str):
    texts = [text for line in ALIKE[language] for text in line]
    groups: dict[int, list[str]] = {}
    for text, number in zip(texts, group_questions(texts, topics_of(language)), strict=True):
        groups.setdefault(number, []).append(text)
    assert sorted(map(tuple, groups.values())) == sorted(ALIKE[language])


def test_one_question_is_a_group_and_none_is_none():
    topics = topics_of("en")
    assert (group_questions([], topics), group_questions(["do you plant trees"], topics)) == ([], [1])


def ask(shop: ShopId, text: str, language: str = "en") -> int:
    stored = services.store_question(shop, None, text, language)
    services.answer_exchange(shop, stored.exchange_id)
    return int(stored.exchange)


def asked_of(shop: ShopId, state: GroupState = GroupState.OPEN) -> list[tuple[int, str]]:
    """How many asked, and what stands for them."""
    return [(one.size, one.samples[0].asked) for one in list_groups(shop, state)[0]]


def group_of(shop: ShopId, text: str) -> QuestionGroup:
    with shop_scope(shop):
        leader = Message.objects.get(text=text, author="shopper").public_id
        return QuestionGroup.objects.get(leader=leader)


@pytest.fixture
def asked(shop: ShopId) -> ShopId:
    """A shop that was asked what its FAQ does not answer, and what it does."""
    with shop_scope(shop):
        store_entries(FAQ)
    ask(shop, "do you have a shop in Lyon?")
    for text in ALIKE["en"][2]:
        ask(shop, text)
    ask(shop, "When will my order arrive?")
    ask(shop, "I want to talk to a human")
    regroup(shop)
    return shop


def test_groups_are_counted_and_the_largest_comes_first(asked: ShopId):
    assert asked_of(asked) == [(2, "can you engrave a name on the mug"), (1, "do you have a shop in Lyon?")]
    _, counts = list_groups(asked, GroupState.OPEN)
    assert counts == {GroupState.OPEN: 2, GroupState.ANSWERED: 0, GroupState.DISMISSED: 0}


def test_questions_that_were_loaded_are_grouped(asked: ShopId, tmp_path: Path):
    export_folder(asked, tmp_path / "a")
    moved = load_folder("moved", plain_folder(tmp_path / "a")).shop_id
    assert asked_of(moved) == []
    run_due(moved, KIND)
    assert asked_of(moved) == asked_of(asked)


def test_grouping_again_changes_nothing_and_new_questions_join(asked: ShopId):
    with shop_scope(asked):
        before = list(QuestionGroup.objects.order_by("id").values())
    regroup(asked)
    with shop_scope(asked):
        assert list(QuestionGroup.objects.order_by("id").values()) == before
    ask(asked, "i want a name engraved on the mug")
    regroup(asked)
    assert asked_of(asked)[0] == (3, "can you engrave a name on the mug")


def test_what_the_faq_answers_by_now_is_answered(asked: ShopId):
    with shop_scope(asked):
        store_entries([EntrySummary("shops", "en", "Do you have a shop in Lyon?", "Yes, rue Mercière.")])
    services.index_answers(asked)
    with shop_scope(asked):
        assert is_awaited(KIND)
    regroup(asked)
    assert asked_of(asked, GroupState.ANSWERED) == [(1, "do you have a shop in Lyon?")]
    assert asked_of(asked) == [(2, "can you engrave a name on the mug")]


def test_what_is_dismissed_stays_so_until_it_is_opened_again(asked: ShopId):
    client = sign_in(asked, Role.SUPPORT)
    group = group_of(asked, "do you have a shop in Lyon?")
    client.post(reverse("teaching:state"), {"group": group.public_id, "state": "dismissed"})
    regroup(asked)
    assert asked_of(asked, GroupState.DISMISSED) == [(1, "do you have a shop in Lyon?")]
    assert "Reopen" in client.get(f"{reverse('teaching:questions')}?state=dismissed").text
    client.post(reverse("teaching:state"), {"group": group.public_id, "state": "open"})
    assert len(asked_of(asked)) == 2


def test_a_group_goes_on_without_an_erased_question_and_goes_with_the_last(asked: ShopId):
    group = group_of(asked, "can you engrave a name on the mug")
    change_state(asked, 1, group.public_id, GroupState.DISMISSED)
    with shop_scope(asked):
        talk = Message.objects.get(text="can you engrave a name on the mug").conversation_id
        services.erase_conversations([talk])
    regroup(asked)
    assert asked_of(asked, GroupState.DISMISSED) == [(1, "can i have a name engraved")]
    with shop_scope(asked):
        services.erase_conversations([Message.objects.get(text="can i have a name engraved").conversation_id])
    assert asked_of(asked, GroupState.DISMISSED) == []  # at once, before the night
    regroup(asked)
    with shop_scope(asked):
        assert QuestionGroup.objects.count() == 1


def test_from_a_group_to_its_answer(asked: ShopId):
    client = sign_in(asked, Role.OWNER)
    page = client.get(reverse("teaching:questions")).text
    leader = group_of(asked, "can you engrave a name on the mug").leader
    for url in (reverse("answers:answer"), reverse("answers:answers")):
        assert f"{url}?exchange={leader}" in page
    assert "can you engrave a name on the mug" in client.get(f"{reverse('answers:answer')}?exchange={leader}").text


def test_nothing_of_a_question_runs_in_the_page(asked: ShopId):
    ask(asked, HOSTILE)
    regroup(asked)
    page = sign_in(asked, Role.OWNER).get(reverse("teaching:questions")).text
    assert "<script>alert" not in page
    assert "xylophone" in page


def test_other_shops_and_analysts_work_through_nothing(asked: ShopId, other_shop: ShopId):
    group = group_of(asked, "do you have a shop in Lyon?")
    sent, url = {"group": group.public_id, "state": "dismissed"}, reverse("teaching:state")
    stranger = sign_in(other_shop, Role.OWNER)
    assert stranger.post(url, sent).status_code == 404
    assert "Lyon" not in stranger.get(reverse("teaching:questions")).text
    analyst = sign_in(asked, Role.ANALYST)
    assert {analyst.post(url, sent).status_code, analyst.get(reverse("teaching:questions")).status_code} == {403}
    with pytest.raises(Missing):
        change_state(other_shop, 1, group.public_id, GroupState.DISMISSED)
    assert len(asked_of(asked)) == 2
