"""What texts mean: the encoders against what their makers' programs give, their files, and the classifier they feed."""

from pathlib import Path

import numpy as np
import pytest

from chatbot.answers import knowledge
from chatbot.answers.engine.classifier import MOST_PHRASES, train
from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.encoders import minilm, use
from chatbot.answers.engine.encoders.meaning import Encoder, open_encoder
from chatbot.answers.engine.encoders.weights import LAYOUT, UntrustedWeights, WeightFile, mapped_arrays
from chatbot.answers.engine.index import build_index, pack_index, unpack_index
from chatbot.answers.types import EntrySummary
from shopconnect.core.languages import LANGUAGES
from tests.chatbot.example_shops import demo_shop

QUESTION = "Where is my order?"
# The first numbers of the vectors that a forward pass written apart from ours gives.
EXPECTED = {
    minilm.MiniLM: [-0.00092, -0.02756, 0.07321, 0.04838],
    use.UniversalEncoder: [0.02223, 0.01706, -0.02924, 0.01750],
}


@pytest.fixture(scope="module")
def encoders() -> dict[str, Encoder]:
    found = {language: knowledge.encoder_of(language) for language in LANGUAGES}
    if None in found.values():
        pytest.skip("the encoders are not installed: make install takes them where they can be had")
    return {language: encoder for language, encoder in found.items() if encoder}


@pytest.mark.parametrize("kind", EXPECTED)
def test_vectors_are_those_of_the_model(encoders, tmp_path, kind):
    encoder = kind.open(tmp_path)
    [meaning] = encoder.encode([QUESTION])
    assert meaning.shape == (encoder.width,)
    assert np.allclose(meaning[:4], EXPECTED[kind], atol=1e-4)
    assert np.isclose(np.linalg.norm(meaning), 1, atol=1e-4)


@pytest.mark.parametrize("text", ["", " ", "\x00", "x" * 10_000, "word " * 3_000, "你好", "😀" * 50, "\ud800"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_have_a_meaning_of_numbers(encoders, language, text):
    assert np.isfinite(encoders[language].encode([text])).all()


def test_a_text_means_the_same_beside_others(encoders):
    texts = [entry.question for language in LANGUAGES for entry in demo_shop(language, half=1).entries] + ["", "?"]
    for encoder in encoders.values():
        alone = np.vstack([encoder.encode([text]) for text in texts])
        assert np.allclose(encoder.encode(texts), alone, atol=1e-5)
        assert encoder.encode([]).shape == (0, encoder.width)


def test_a_question_lies_near_its_like_in_both_languages(encoders):
    asked, same, other = encoders["fr"].encode([QUESTION, "Où est ma commande ?", "Puis-je payer en deux fois ?"])
    assert asked @ same > asked @ other


def test_an_index_of_meanings_is_the_same_after_it_was_stored(encoders):
    shop = demo_shop("en", half=1)
    index = build_index(shop.entries[:12], "en", encoders["en"])
    again = unpack_index(pack_index(index), "en", encoders["en"])
    for message in shop.messages[:5]:
        assert decide(again, message.text) == decide(index, message.text)


def test_another_file_than_the_pinned_one_is_refused(tmp_path):
    other = WeightFile("chatbot", "__init__.py", "0" * 64)
    with pytest.raises(UntrustedWeights, match="Install it again"):
        mapped_arrays(other, tmp_path, use.read_npz)
    assert not any(path.is_dir() for path in tmp_path.iterdir())


def test_where_nothing_is_installed_there_is_no_encoder(tmp_path, monkeypatch):
    assert mapped_arrays(WeightFile("not_installed_anywhere", "x", ""), tmp_path, use.read_npz) is None
    monkeypatch.setattr(WeightFile, "find", lambda _: None)
    assert [open_encoder(language, tmp_path) for language in LANGUAGES] == [None, None]


def test_weights_are_unpacked_once_and_shared(encoders, tmp_path):
    first = mapped_arrays(use.WEIGHTS, tmp_path, use.read_npz)
    assert first

    def read_again(path: Path):
        raise AssertionError(f"{path} is unpacked already")

    second = mapped_arrays(use.WEIGHTS, tmp_path, read_again)
    assert second
    assert set(second) == set(first)
    assert [one.name for one in tmp_path.iterdir() if one.is_dir()] == [f"{use.WEIGHTS.sha256[:16]}-{LAYOUT}"]


@pytest.mark.parametrize("is_logistic", [True, False])
def test_the_classifier_tells_entries_apart(is_logistic):
    dice = np.random.default_rng(0)
    centres = dice.normal(size=(20, 64)).astype(np.float32)
    owners = np.repeat(np.arange(20, dtype=np.int32), 4)
    rows = centres[owners] + dice.normal(scale=0.3, size=(80, 64)).astype(np.float32)
    weights, bias = train(rows, owners, 20, is_logistic=is_logistic)
    assert (np.argmax(centres @ weights + bias, axis=1) == np.arange(20)).all()


def test_a_large_faq_is_learnt_in_closed_form():
    entries = [
        EntrySummary(f"e{number}", "en", f"question {number:x} about item {number * 7919 % 9973:x}", "answer")
        for number in range(MOST_PHRASES + 1)
    ]
    index = build_index(entries, "en")
    assert index.bytes < 20_000_000
    assert decide(index, entries[77].question).candidates[0].position == 77
