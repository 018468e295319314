from dataclasses import replace

import pytest

from recommender.products.serving.engine.ranking import Recommendation
from recommender.products.serving.reasons import ReasonContext, reason_keys, reasons_of, sentence_of, sentences_of
from shopconnect.privacy.types import Reason

LAMP = ReasonContext(anchor="Lamp")

PICK = Recommendation(
    product=1,
    score=5.0,
    signals={"together": 2.0, "similar": 2.5, "trend": 0.5},
    anchor=0,
    orders_with_anchor=37,
    sold_lately=12,
    sold_ever=40,
    chosen_with_anchor=40,
    shared=(("category:Lamps", 0.8), ("word:lamp", 0.3), ("word:red", 0.2)),
)


def test_parts_of_a_score_become_reasons_heaviest_first():
    found = reasons_of(PICK, LAMP)
    assert [reason.key for reason in found] == ["together", "alike", "same_category"]
    assert found[1].weight == pytest.approx(2.5 - 0.8 - 0.3 - 0.2)
    assert found[0].params == {"title": "Lamp", "count": 37}


def test_reasons_are_sentences_in_both_languages():
    reasons = reasons_of(PICK, LAMP)
    assert sentences_of(reasons, "en") == (
        "Bought together with Lamp in 37 orders",
        "Popular with customers who chose Lamp",
        "Also in Lamps",
    )
    assert sentences_of(reasons, "fr")[0] == "Acheté avec Lamp dans 37 commandes"


def test_a_category_is_called_as_in_the_reader_s_language():
    here = ReasonContext(anchor="Lamp", categories={"Lamps": "Lampes", "Lamp": "Lampe"})
    assert sentences_of(reasons_of(PICK, here), "fr")[2] == "Également dans Lampes"


def test_choices_of_customers_are_told_only_where_there_were_any_and_sales_only_where_they_are_of_today():
    nobody = replace(PICK, sold_lately=0, sold_ever=0, chosen_with_anchor=0, orders_with_anchor=0)
    assert [reason.key for reason in reasons_of(nobody, LAMP)] == ["same_category", "same_word"]
    unnamed = replace(nobody, shared=())
    assert [reason.key for reason in reasons_of(unnamed, LAMP)] == ["similar"]
    like = Recommendation(1, 2.0, {"like": 1.5, "trend": 0.5}, sold_ever=9)
    assert [(reason.key, dict(reason.params)) for reason in reasons_of(like, ReasonContext())] == [
        ("popular", {"count": 9})
    ]
    chosen = reasons_of(replace(like, chosen_with_anchor=9, sold_lately=3), ReasonContext())
    assert [(reason.key, reason.params["count"]) for reason in chosen] == [("like_you", 9), ("trend", 3)]


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (0, ("You’ve bought this before", "Vous l’avez déjà acheté")),
        (2, ("You’ve bought this before", "Vous l’avez déjà acheté")),
        (3, ("You’ve bought this 3 times", "Vous l’avez déjà acheté 3 fois")),
    ],
)
def test_what_was_bought_often_says_how_often(times, told):
    reasons = reasons_of(Recommendation(1, 2.0, {"again": 1.5}, times_bought=times), ReasonContext())
    assert tuple(sentences_of(reasons, language)[0] for language in ("en", "fr")) == told
    uncounted = told if times < 3 else ("You buy this often", "Vous l’achetez souvent")
    assert tuple(sentences_of(reasons, language, shows_counts=False)[0] for language in ("en", "fr")) == uncounted


def test_a_single_common_order_is_no_reason_and_there_always_is_one():
    once = Recommendation(
        product=1, score=1.0, signals={"together": 1.0, "similar": 0, "trend": 0}, anchor=0, orders_with_anchor=1
    )
    assert [reason.key for reason in reasons_of(once, LAMP)] == ["goes_with"]
    never = Recommendation(1, 0.0, {"popular": 0.0})
    assert [reason.key for reason in reasons_of(never, ReasonContext())] == ["explore"]
    assert [reason.key for reason in reasons_of(replace(never, sold_ever=2), ReasonContext())] == ["popular"]


@pytest.mark.parametrize("key", reason_keys())
@pytest.mark.parametrize("language", ["en", "fr"])
def test_where_counts_are_not_shown_no_sentence_tells_one(key, language):
    params = {"title": "Lamp", "name": "X", "count": 98_765, "days": 30, "day": 20_000, "percent": 12}
    told = sentence_of(Reason(key=key, weight=1, params=params), language, shows_counts=False)
    counted = sentence_of(Reason(key=key, weight=1, params=params), language)
    assert "98765" not in told
    assert "%(" not in told
    assert (told != counted) is ("98765" in counted)


def test_a_product_that_is_called_like_a_count_keeps_its_name():
    reason = Reason(key="together", weight=1, params={"title": "98765 %(count)d", "count": 98_765})
    assert sentence_of(reason, "en", shows_counts=False) == "Bought together with 98765 %(count)d"


@pytest.mark.parametrize("key", reason_keys())
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_reason_has_words(key, language):
    params = {"title": "50 % Off", "name": "X", "count": 2, "days": 30, "day": 20_000, "percent": 12}
    told = sentence_of(Reason(key=key, weight=1, params=params), language)
    assert told
    assert "%(" not in told
