"""What products say of themselves: words, tags and descriptions become features, few of each."""

import numpy as np
import pytest

from recommender.products.data.engine.features import (
    FEW,
    ProductContent,
    make_features,
    plain_words,
    with_products,
    without_markup,
)
from recommender.products.evaluation.engine.measuring import figures_of
from recommender.products.evaluation.engine.split import make_split
from recommender.products.training.engine.factors import fit_lightfm
from recommender.products.training.engine.neighbours import nearest_sold
from recommender.products.training.engine.scorers import score_lightfm
from recommender.products.types import Task
from tests.recommender.products.invented import PRODUCTS, group_of, history_with_tastes, last_day

PLACES = ("garden", "terrace", "kitchen", "pantry", "bedroom", "nursery", "office", "library")  # two a group


def mute(number: int, **said) -> ProductContent:
    """A product whose title says nothing that another's does."""
    return ProductContent(titles=[f"Model {chr(97 + number % 26) * (3 + number // 26)}"], price=9.0, **said)


def described(number: int) -> ProductContent:
    return mute(number, descriptions=[f"<p>Made for the {PLACES[number // 5]}.</p>"])


def test_words_are_read_in_any_script_that_parts_them():
    assert plain_words("Свеча для САДА, bougie parfumée") == ["свеча", "для", "сада", "bougie", "parfumee"]


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p class='big'>Soft&nbsp;wool</p><script>var evil = 1</script>", "soft wool"),
        ("Less < 5 kg, more > 2 kg", "less more"),
        ("Warm<!-- secret --> coat<style>.a{color:red}</style><br", "warm coat"),
        ("", ""),
    ],
)
def test_markup_is_no_word(html, seen):
    assert " ".join(plain_words(without_markup(html))) == seen


def test_scripts_without_spaces_are_found_by_each_two_letters_and_vowel_signs_split_no_word():
    assert plain_words("陶瓷马克杯 Mug") == ["陶瓷", "瓷马", "马克", "克杯", "mug"]
    assert plain_words("茶") == ["茶"]
    assert plain_words("コーヒー") == ["コー", "ーヒ", "ヒー"]
    assert plain_words("हिन्दी किताब") == ["हनद", "कतब"]
    assert plain_words("كوب قهوة") == ["كوب", "قهوة"]


def test_tags_and_descriptions_are_features_and_what_all_or_nobody_else_says_is_none():
    found = make_features(
        mute(i, descriptions=["Handmade thing"] if i < 4 else ["Common thing"], tags=["Gift"] if i < 4 else ["all"])
        for i in range(40)
    )
    assert {"text:handmade", "tag:gift"} <= set(found.names)
    assert not {"text:thing", "text:common", "tag:all", "word:model"} & set(found.names)
    words = found.matrix[:, 40:].tocsc()
    column = {name: words[:, i].nonzero()[0].tolist() for i, name in enumerate(found.names)}
    assert column["text:handmade"] == column["tag:gift"] == [0, 1, 2, 3]


def test_in_a_shop_of_a_dozen_what_a_third_share_is_a_feature():
    titles = [f"{kind} number {'abcd'[i]}" for kind in ("Garden lamp", "Kitchen knife", "Wool socks") for i in range(4)]
    names = make_features(ProductContent(titles=[title]) for title in titles).names
    assert {"word:garden", "word:lamp", "word:kitchen", "word:knife"} <= set(names)
    assert "word:number" not in names


def test_a_long_description_gives_few_words_those_that_are_rare_in_the_shop():
    filler = " ".join(f"filler{chr(97 + i)}" for i in range(20))
    texts = [f"{filler} {'seagrass' if i < 5 else ''}" if i < 15 else "" for i in range(100)]
    found = make_features(mute(i, descriptions=[text]) for i, text in enumerate(texts))
    told = found.matrix[:, 100:].toarray() > 0
    is_text = np.array([name.startswith("text:") for name in found.names])
    assert told[:, is_text].sum(axis=1).max() == FEW["text"][0]
    assert told[:5, found.names.index("text:seagrass")].all()


def test_a_title_without_a_word_a_product_without_anything_and_no_products_are_features_too():
    nothing = make_features([ProductContent(titles=[""]), ProductContent(titles=["1 2 3"], tags=[""])])
    assert np.isfinite(nothing.matrix.data).all()
    assert np.allclose(nothing.matrix.multiply(nothing.matrix).sum(axis=1), 1)
    assert make_features([]).matrix.shape[0] == 0


def test_the_same_products_give_the_same_matrix_and_a_new_one_is_told_in_the_same_names():
    one, other = (make_features(described(i) for i in range(PRODUCTS)) for _ in range(2))
    assert np.array_equal(one.matrix.indices, other.matrix.indices)
    assert np.array_equal(one.matrix.data, other.matrix.data)
    grown = with_products(one, [described(PRODUCTS - 1), mute(3, descriptions=["Unheard"], tags=["unheard"])])
    same = grown.matrix[PRODUCTS, PRODUCTS + 2 :].toarray()
    assert np.allclose(same, one.matrix[PRODUCTS - 1, PRODUCTS:].toarray())
    assert grown.names == one.names


def test_a_product_nobody_bought_is_found_by_its_description():
    history = history_with_tastes()
    trial = make_split(Task.COLD, history, last_day(history) - 28, 28, seed=0)
    auc = []
    for said in (mute, described):
        found = fit_lightfm(trial.known, make_features(said(i) for i in range(PRODUCTS)), trial.at, 0)
        auc.append(figures_of(score_lightfm(found), trial.cases, 10, 0)["auc"])
    assert auc[1] > 0.8 > auc[0] + 0.15


def test_what_was_never_sold_is_nearest_to_what_is_described_alike():
    features = make_features(described(i) for i in range(PRODUCTS))
    near = nearest_sold(features, np.arange(PRODUCTS) != 0)
    assert {group_of(int(row)) for row in near[0].indices[near[0].data > 0.01]} == {0}
