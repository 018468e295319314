"""What a language model may do for a shop: nothing until its owner allows it, and no more often than they said."""

import pytest
from django.test import Client
from django.urls import reverse

from chatbot.answers.composition.endpoint import language_model
from chatbot.answers.composition.phrases import ask_phrases, run_phrases, suggested_phrases
from chatbot.answers.composition.services import (
    allow_composition,
    composition_in_scope,
    read_composition,
    reserve_call,
    withdraw_composition,
)
from chatbot.answers.composition.types import CompositionStatus, LanguageModel, SuggestedPhrases, SuggestionFailure
from chatbot.answers.drafts.selectors import edited_answer
from chatbot.answers.models import CompositionSetting, PhraseRequest
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import latest_entries
from tests.chatbot.answers.composed import allow, model_of_operator, owner_of
from tests.doubles.language_model import REGION
from tests.shopconnect.shops.conftest import make_member, signed_in

ENTRY = "delivery"
PHRASES = ["shipping time", "when will I get my parcel"]


@pytest.fixture
def model(settings):
    """The operator's language model, which proposes two phrases."""
    with model_of_operator(settings) as double:
        double.says(phrases=PHRASES)
        yield double


def status(shop: ShopId) -> CompositionStatus:
    with shop_scope(shop):
        found = composition_in_scope()
    assert found is not None
    return found


def suggest(shop: ShopId, language: str = "en") -> SuggestedPhrases:
    """Ask for phrases, have a worker ask the model, and return what came of it."""
    ask_phrases(shop, ENTRY, language)
    with shop_scope(shop):
        asked = PhraseRequest.objects.get(entry=ENTRY, language=language).pk
    run_phrases(shop, asked)
    with shop_scope(shop):
        return suggested_phrases(ENTRY, edited_answer(ENTRY).texts)[language]


def noted(shop: ShopId) -> list[str]:
    with shop_scope(shop):
        return [one.action for one in latest_entries(9)]


def page(shop: ShopId, role: Role) -> Client:
    return signed_in(make_member(shop, role, f"{role}-{shop}@example.com"))


def test_without_a_model_of_the_operator_nothing_is_shown(faq: ShopId):
    assert language_model() is None
    owner = page(faq, Role.OWNER)
    assert owner.get(reverse("answers:composition")).status_code == 404
    assert "Language model" not in owner.get(reverse("answers:answers")).content.decode()
    assert "Suggest phrases" not in owner.get(f"{reverse('answers:answer')}?entry={ENTRY}").content.decode()
    with pytest.raises(Refusal, match="Allow"):
        ask_phrases(faq, ENTRY, "en")
    with pytest.raises(Missing):
        read_composition(faq)


def test_a_shop_is_off_until_its_owner_allows_it(faq: ShopId, model):
    assert not status(faq).is_allowed
    with pytest.raises(Refusal, match="Allow"):
        ask_phrases(faq, ENTRY, "en")
    assert (
        "Suggest phrases"
        not in page(faq, Role.OWNER).get(f"{reverse('answers:answer')}?entry={ENTRY}").content.decode()
    )
    with shop_scope(faq):
        assert reserve_call() is False
    assert model.questions == []


def test_an_owner_allows_it_on_a_page_and_takes_it_back(faq: ShopId, model):
    owner = page(faq, Role.OWNER)
    shown = owner.get(reverse("answers:composition")).content.decode()
    assert REGION in shown
    assert "127.0.0.1" in shown
    found = language_model()
    sent = {"host": found.host, "name": found.name, "region": found.region}
    owner.post(reverse("answers:allow_model"), sent)
    assert (status(faq).is_allowed, status(faq).cap, status(faq).words_answers) == (True, 500, False)
    owner.post(reverse("answers:composition"), {"cap": "12", "words_answers": "on"})
    assert (status(faq).cap, status(faq).words_answers) == (12, True)
    assert "0 of 12, 12 left" in owner.get(reverse("answers:composition")).content.decode()
    suggest(faq)
    owner.post(reverse("answers:withdraw_model"))
    assert (status(faq).is_allowed, status(faq).words_answers) == (False, False)
    with shop_scope(faq):
        assert not PhraseRequest.objects.exists()
    assert noted(faq) == ["withdrew_model", "began_wording", "allowed_model"]


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPPORT])
def test_nobody_but_an_owner_allows_it(faq: ShopId, model, role: Role):
    found, member = language_model(), page(faq, role)
    sent = {"host": found.host, "name": found.name, "region": found.region}
    assert member.get(reverse("answers:composition")).status_code == 403
    for name in ("allow_model", "withdraw_model", "composition"):
        assert member.post(reverse(f"answers:{name}"), {**sent, "cap": "1"}).status_code == 403
    assert not status(faq).is_allowed
    assert noted(faq) == []


@pytest.mark.parametrize("name", ["COMPOSITION_MODEL", "COMPOSITION_REGION"])
def test_another_model_or_region_is_not_what_was_allowed(faq: ShopId, model, settings, name: str):
    before = allow(faq, words_answers=True)
    setattr(settings, name, "another")
    assert (status(faq).is_allowed, status(faq).words_answers) == (False, False)
    with shop_scope(faq):
        assert reserve_call() is False
    with pytest.raises(Refusal, match="changed the model"):
        allow_composition(faq, owner_of(faq), before)
    assert not status(faq).is_allowed


def test_a_number_that_is_none_is_no_cap(faq: ShopId, model):
    allow(faq)
    owner = page(faq, Role.OWNER)
    for cap in ("-1", "100001", "many", ""):
        assert owner.post(reverse("answers:composition"), {"cap": cap}).status_code == 400
    assert status(faq).cap == 500


def test_the_cap_is_the_shops_own_and_ends_with_the_month(faq: ShopId, other_shop: ShopId, model):
    allow(faq, cap=1)
    allow(other_shop, cap=1)
    assert suggest(faq).phrases == tuple(PHRASES)
    assert (status(faq).left, status(other_shop).left) == (0, 1)
    with pytest.raises(Refusal, match="used up"):
        ask_phrases(faq, ENTRY, "en")
    with shop_scope(faq):
        assert reserve_call() is False
        CompositionSetting.objects.update(month="2026-01-01")
    assert status(faq).left == 1
    assert len(model.questions) == 1


def test_what_is_sent_is_redacted_and_names_nobody(faq: ShopId, model):
    allow(faq)
    owner = page(faq, Role.OWNER)
    typed = {
        "entry": ENTRY,
        "expected_etag": "",
        "en-question": "Delivery to 12 rue de la Paix, 75002 Paris?",
        "en-phrases": "write to ada@example.com",
        "en-answer": "Call 01 23 45 67 89.",
        "deed": "suggest-en",
    }
    shown = owner.get(f"{reverse('answers:answer')}?entry={ENTRY}").content.decode()
    typed["expected_etag"] = shown.split('name="expected_etag" value="')[1].split('"')[0]
    owner.post(reverse("answers:save"), typed)
    with shop_scope(faq):
        asked = PhraseRequest.objects.get().pk
    run_phrases(faq, asked)
    [sent] = model.questions
    assert sent["answer"] == "Call [phone]."
    assert sent["known_phrases"] == ["write to [email]"]
    assert "rue de la Paix" not in sent["question"]
    assert "ada@example.com" not in model.bodies[0]
    assert f"owner-{faq}@" not in model.bodies[0]


def test_a_merchant_ticks_phrases_and_they_are_in_the_draft_and_not_in_the_faq(faq: ShopId, model):
    allow(faq)
    support = page(faq, Role.SUPPORT)
    address = f"{reverse('answers:answer')}?entry={ENTRY}"
    assert "Suggest phrases" in support.get(address).content.decode()
    assert suggest(faq) == SuggestedPhrases("en", REGION, tuple(PHRASES), None)
    shown = support.get(address).content.decode()
    assert f"Proposed by a language model ({REGION})" in shown
    etag = shown.split('name="expected_etag" value="')[1].split('"')[0]
    with shop_scope(faq):
        before = edited_answer(ENTRY)
    typed = {"entry": ENTRY, "expected_etag": etag, "deed": "save", "en-suggested": [PHRASES[1]]}
    for language, text in before.texts.items():
        typed |= {
            f"{language}-question": text.question,
            f"{language}-phrases": "\n".join(text.phrases),
            f"{language}-answer": text.answer,
        }
    support.post(reverse("answers:save"), typed)
    with shop_scope(faq):
        after = edited_answer(ENTRY)
        assert suggested_phrases(ENTRY, after.texts)["en"].phrases == (PHRASES[0],)
    assert after.published == before.published
    assert after.texts["en"].phrases == (*before.texts["en"].phrases, PHRASES[1])


@pytest.mark.parametrize(
    "said",
    [
        {"phrases": ["arrives in 9 days", "<b>delivery</b>", "quand serai-je livré", "", 4]},
        {"phrases": "shipping time"},
        {"phrases": None},
        {"phrases": {"shipping time": 1}},
    ],
)
def test_of_what_does_not_hold_nothing_is_shown(faq: ShopId, model, said):
    allow(faq)
    model.says(**said)
    assert suggest(faq) == SuggestedPhrases("en", REGION, (), None)


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        '["shipping time"]',
        '{"phrases": ["shipping time"], "more": 1}',
        '{"answers": []}',
        "[" * 5_000,
        "null",
    ],
)
def test_another_form_than_asked_for_is_no_answer(faq: ShopId, model, content: str):
    allow(faq)
    model.writes(content)
    assert suggest(faq).failure == SuggestionFailure.MODEL


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff\xfe", b"{}", b'{"choices": []}', b'{"choices": [{"message": 3}]}']
)
def test_another_body_than_asked_for_is_no_answer(faq: ShopId, model, body: bytes):
    allow(faq)
    model.sends(body)
    assert suggest(faq).failure == SuggestionFailure.MODEL


@pytest.mark.parametrize("status_sent", [400, 401, 429, 500, 503])
def test_an_error_is_told_and_counted(faq: ShopId, model, status_sent: int):
    allow(faq)
    model.status = status_sent
    assert suggest(faq).failure == SuggestionFailure.MODEL
    assert (status(faq).used, len(model.questions)) == (1, 1)
    shown = page(faq, Role.OWNER).get(f"{reverse('answers:answer')}?entry={ENTRY}").content.decode()
    assert "gave no usable answer" in shown


def test_a_body_without_end_is_cut(faq: ShopId, model):
    allow(faq)
    model.is_endless = True
    assert suggest(faq).failure == SuggestionFailure.MODEL


def test_who_clicks_twice_asks_once(faq: ShopId, model):
    allow(faq)
    ask_phrases(faq, ENTRY, "en")
    with shop_scope(faq):
        first = PhraseRequest.objects.get().asked_at
    ask_phrases(faq, ENTRY, "en")
    with shop_scope(faq):
        assert PhraseRequest.objects.get().asked_at == first
        assert Due.objects.get(kind="suggest_phrases").asked == 1


def test_what_is_taken_back_before_a_worker_comes_is_not_asked(faq: ShopId, model):
    allow(faq)
    ask_phrases(faq, ENTRY, "en")
    with shop_scope(faq):
        asked = PhraseRequest.objects.get().pk
    withdraw_composition(faq, owner_of(faq))
    run_phrases(faq, asked)
    assert model.questions == []


def test_what_another_shop_asked_for_stays_with_it(faq: ShopId, other_shop: ShopId, model):
    allow(faq)
    suggest(faq)
    with shop_scope(other_shop):
        assert suggested_phrases(ENTRY, {}) == {}
        assert composition_in_scope() == CompositionStatus(
            model=LanguageModel(language_model().host, "small-1", REGION),
            is_allowed=False,
            words_answers=False,
            cap=500,
            used=0,
        )


def test_phrases_of_nothing_are_not_asked_for(faq: ShopId, model):
    allow(faq)
    with pytest.raises(Refusal, match="question first"):
        ask_phrases(faq, "nothing-yet", "en")
