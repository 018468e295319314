"""What the invented shop says, in both languages: its products, its answers and what its shoppers ask."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import translation

from shopconnect.accounts.first_steps import list_first_steps
from shopconnect.demo.engine.days import MONTHS
from tests.servers import ROOT


def test_every_product_is_described_and_drawn_in_both_languages(small):
    titles = Counter(product["title"] for product in small.rows["products"])
    english = Counter(product["translations"]["en"]["title"] for product in small.rows["products"])
    assert set(titles.values()) == set(english.values()) == {1}
    pictures = set()
    for product in small.rows["products"]:
        assert len(product["description"]) > 60
        assert len(product["translations"]["en"]["description"]) > 60
        assert float(product["cost"]) < float(product["price"])
        picture = (small.folder / product["image"]).read_text(encoding="utf-8")
        root = ElementTree.fromstring(picture)
        assert root.attrib["viewBox"] == "0 0 400 400"
        assert len(picture) < 5000
        assert "$" not in picture
        assert "<text" not in picture
        pictures.add(picture)
    assert len(pictures) == 300


def test_the_faq_has_forty_entries_with_four_phrases_in_both_languages(small):
    faq = small.rows["faq"]
    ids = {language: {row["id"] for row in faq if row["language"] == language} for language in ("fr", "en")}
    assert len(faq) == 80
    assert len(ids["fr"]) == 40
    assert ids["fr"] == ids["en"]
    for row in faq:
        assert len(set(row["phrases"])) == 4
        assert len(row["answer"]) > 80


def test_messages_are_not_the_phrases_and_a_fifth_needs_a_person(small):
    faq = small.rows["faq"]
    ids = {row["id"] for row in faq}
    known = {phrase.lower().strip(" ?\u00a0") for row in faq for phrase in (row["question"], *row["phrases"])}
    for language in ("fr", "en"):
        messages = [row for row in small.rows["messages"] if row["language"] == language]
        assert len({row["text"] for row in messages}) == len(messages) >= 150
        assert {row["expect"] for row in messages} == ids | {None}
        assert 0.15 < sum(row["expect"] is None for row in messages) / len(messages) < 0.25
        assert not known & {row["text"].lower().strip(" ?\u00a0") for row in messages}


def test_french_has_its_spaces(small):
    french = [row["description"] for row in small.rows["products"]]
    french += [
        text
        for row in small.rows["faq"]
        if row["language"] == "fr"
        for text in (row["question"], row["answer"], *row["phrases"])
    ]
    for text in french:
        assert not re.search(r"(?<![\u00a0\d])[;!?»%]| [:;!?»%€]|«[^\u00a0]|'", text), text


@pytest.mark.parametrize(
    ("language", "held"), [("en", f"{MONTHS} months of orders"), ("fr", f"{MONTHS} mois de commandes")]
)
def test_the_demo_is_announced_with_the_months_that_it_holds(language, held):
    demo = next(step for step in list_first_steps() if step.url == reverse("demo:choose_part"))
    with translation.override(language):
        assert held in str(demo.explanation)
    assert f"{MONTHS} months of fictional orders" in (ROOT / "docs" / "merchants" / "start.md").read_text()
