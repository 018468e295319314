"""The page of suggestions: products found, proofs drawn, and what variety may cost."""

import json
import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from recommender.products import services as suggestions
from recommender.products import tasks
from recommender.products.data.catalogue import save_catalogue
from recommender.products.pages import suggestions as pages
from recommender.products.pages.suggestions import gate_bars
from recommender.products.selectors import diversity_percent, for_you_choice, shows_counts
from recommender.products.serving.ready import ShelfRequest, ready_shelf
from recommender.products.serving.snapshot import open_snapshot
from recommender.products.types import Context, DiversityPoint, DiversitySummary, GateSummary, Purpose, Shelf
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import find_product_by_external_id, list_products
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import TranslationDraft
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import latest_entries
from tests.recommender.products.shops import fill_shop, product, train
from tests.shopconnect.dashboard.test_pages import stocked
from tests.shopconnect.shops.conftest import make_member, signed_in

# Diversity, coverage, accuracy: the third shows less than the second, and finds less.
CURVE = ((0.0, 0.2, 1.0), (0.1, 0.5, 0.99), (0.2, 0.4, 0.97), (0.3, 0.8, 0.9))


def test_a_product_is_found_by_its_title_and_only_in_its_own_shop(shop, other_shop):
    stocked(shop)
    client = signed_in(make_member(shop, Role.OWNER))
    assert "Carafe en verre" in client.get("/suggestions/?search=carafe").content.decode()
    assert "No product titles contain" in client.get("/suggestions/?search=zzz").content.decode()
    with shop_scope(shop):
        public_id = list_products()[0].public_id
    assert client.get(f"/suggestions/?product={public_id}").status_code == 200
    stocked(other_shop)
    stranger = signed_in(make_member(other_shop, Role.OWNER, "stranger@example.com"))
    assert stranger.get(f"/suggestions/?product={public_id}").status_code == 404
    assert client.get("/suggestions/?product=99999999999999999999999").status_code == 200
    assert client.get("/suggestions/?product=-1&search=<script>alert(1)</script>").status_code == 200


def test_the_curve_goes_one_way_and_leaves_out_what_another_point_beats(shop, monkeypatch):
    points = [DiversityPoint(diversity=one, coverage=coverage, accuracy=accuracy) for one, coverage, accuracy in CURVE]
    summary = DiversitySummary(curve=tuple(points), choices=(), shown=points[2])
    monkeypatch.setattr(pages, "diversity_of", lambda _shop_id: summary)
    curve = pages.diversity_curve(shop)
    assert [dot.x for dot in curve.line] == pytest.approx([0.0, 50.0, 100.0])
    assert [dot.y for dot in curve.line] == sorted(dot.y for dot in curve.line)
    assert [dot.is_shown for dot in curve.dots] == [False, False, False, True]  # what is shown is drawn all the same


@pytest.mark.parametrize(
    ("language", "axes"),
    [
        ("en", ["Accuracy, as a share of the best possible", "Share of the catalogue shown"]),
        ("fr", ["Précision, en part du maximum possible", "Part du catalogue affichée"]),
    ],
)
def test_both_axes_of_the_curve_say_what_they_show(shop, monkeypatch, language, axes):
    points = [DiversityPoint(diversity=one, coverage=coverage, accuracy=accuracy) for one, coverage, accuracy in CURVE]
    summary = DiversitySummary(curve=tuple(points), choices=(), shown=points[2])
    monkeypatch.setattr(pages, "diversity_of", lambda _shop_id: summary)
    with translation.override(language):
        drawn = render_to_string("products/variety.html", {"curve": pages.diversity_curve(shop)})
    assert re.findall(r"<text[^>]*>([^<]*[^\W\d_][^<]*)</text>", drawn) == axes


@pytest.mark.parametrize(
    ("asked", "status"), [({"search": "\0"}, 200), ({"product": "9" * 5000}, 200), ({"product": "9" * 19}, 404)]
)
def test_suggestions_are_shown_whatever_is_asked_for(shop, asked, status):
    assert signed_in(make_member(shop, Role.OWNER)).get("/suggestions/", asked).status_code == status


def test_a_category_is_called_what_the_readers_language_calls_it_else_what_the_shop_does(shop):
    fill_shop(shop)
    with shop_scope(shop):
        known = find_product_by_external_id("p12")
        words = TranslationDraft(language="en", title="Kitchen thing 12", category=("Kitchen",))
        store_products([replace(product(12), translations=(words,))])
    save_catalogue(shop)
    member = make_member(shop, Role.OWNER)
    english, french = (
        signed_in(member, headers={"accept-language": language}).get(f"/suggestions/?product={known.public_id}").text
        for language in ("en", "fr")
    )
    assert "<span>Kitchen</span>" in english
    assert '<span lang="fr">Cuisine</span>' in french
    with shop_scope(shop):
        other = find_product_by_external_id("p25")
    page = signed_in(member, headers={"accept-language": "en"}).get(f"/suggestions/?product={other.public_id}").text
    assert '<span lang="fr">Chambre</span>' in page


def test_bars_are_drawn_against_the_longest_of_all():
    def gate(blend: float, simple: float) -> GateSummary:
        return GateSummary(
            purpose=Purpose.NEXT,
            served="blend",
            blend_ndcg=blend,
            simple_ndcg=simple,
            difference=blend - simple,
            difference_low=0.0,
            cases=10,
        )

    first, second = gate_bars([gate(0.4, 0.2), gate(0.1, 0.0)])
    assert (first.blend_width, first.simple_width) == (100.0, 50.0)
    assert (second.blend_width, second.simple_width) == (25.0, 0.0)
    assert gate_bars([]) == ()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "for your 15 best-selling products. It places the other 25"),
        ("fr", "pour vos 15 produits les plus vendus. Il place les 25 autres"),
    ],
)
def test_a_large_shop_is_told_what_its_size_means(shop, monkeypatch, language, sentence):
    monkeypatch.setattr("recommender.products.training.engine.links.MOST_LINKED", 15)
    fill_shop(shop)
    suggestions.train_shop(shop)
    client = signed_in(make_member(shop, Role.OWNER), headers={"accept-language": language})
    page = client.get("/suggestions/").content.decode()
    assert sentence in page.replace("\xa0", " ").replace("\u202f", " ")
    assert page.count('<ul class="why">') == 8


@pytest.mark.parametrize(
    ("role", "sent", "kept"),
    [(Role.OWNER, "2", 2), (Role.OWNER, "77", 5), (Role.OWNER, "²", 5), (Role.OWNER, "", 5), (Role.ANALYST, "2", 5)],
)
def test_an_owner_chooses_what_variety_may_cost_and_nobody_else(shop, nobody_is_woken, role, sent, kept):
    signed_in(make_member(shop, role)).post("/suggestions/variety/", {"percent": sent})
    with shop_scope(shop):
        assert diversity_percent() == kept


@pytest.mark.parametrize(
    ("role", "sent", "shown"),
    [
        (Role.OWNER, "0", False),
        (Role.OWNER, "1", True),
        (Role.OWNER, "", True),
        (Role.OWNER, "2", True),
        (Role.OWNER, "no\0", True),
        (Role.ANALYST, "0", True),
    ],
)
def test_an_owner_chooses_whether_reasons_tell_numbers_of_orders_and_nobody_else(
    shop, other_shop, nobody_is_woken, role, sent, shown
):
    signed_in(make_member(shop, role)).post("/suggestions/reasons/", {"shows_counts": sent})
    with shop_scope(shop):
        assert (shows_counts(), diversity_percent()) == (shown, 5)
        assert [entry.action for entry in latest_entries(9)].count("hides_counts") == (not shown)
    with shop_scope(other_shop):
        assert shows_counts()


@pytest.mark.parametrize(
    ("role", "sent", "kept"),
    [
        (Role.OWNER, "all", "all"),
        (Role.OWNER, "new", "new"),
        (Role.OWNER, "both", "auto"),
        (Role.OWNER, "", "auto"),
        (Role.ANALYST, "all", "auto"),
    ],
)
def test_an_owner_chooses_what_for_you_offers_and_the_snapshot_follows(
    shop, other_shop, nobody_is_woken, role, sent, kept
):
    fill_shop(shop)
    train(shop)
    client = signed_in(make_member(shop, role), headers={"accept-language": "en"})
    client.post("/suggestions/for-you/", {"for_you": sent})
    with shop_scope(shop):
        assert (for_you_choice(), shows_counts(), diversity_percent()) == (kept, True, 5)
        asked = Due.objects.filter(kind="save_catalogue").count()
        assert [one.action for one in latest_entries(9)].count(f"for_you_{sent}") == asked == (kept != "auto")
    with shop_scope(other_shop):
        assert for_you_choice() == "auto"
    save_catalogue(shop)
    assert open_snapshot(shop).offers_repeats is (kept != "new")
    page = client.get("/suggestions/").content.decode()
    assert f'name="for_you" value="{kept}" checked' in page
    assert re.search(r"[0-9]+% of the products that returning customers ordered", page)
    assert "today: past purchases too" in page


def test_what_was_sent_in_place_of_a_choice_is_not_quoted(shop, nobody_is_woken):
    client = signed_in(make_member(shop, Role.OWNER), headers={"accept-language": "en"})
    for path, sent in (
        ("/suggestions/reasons/", {"shows_counts": "<b>2"}),
        ("/shops/notices/choose/", {"by_mail": "<b>2"}),
    ):
        page = client.post(path, sent, follow=True).content.decode()
        assert "Choose one of the settings." in page
        assert "&lt;b&gt;2" not in page


def test_shelves_follow_what_was_chosen_of_counts_and_the_page_says_what_holds(shop, nobody_is_woken):
    fill_shop(shop)
    train(shop)
    client = signed_in(make_member(shop, Role.OWNER), headers={"accept-language": "en"})
    with shop_scope(shop):
        public_id = list_products()[0].public_id
    request = ShelfRequest(shop, Shelf.TRENDING, Context(language="en"), 4)

    def told():
        return [item["reason"] for item in json.loads(ready_shelf(request).text)["items"]]

    before = told()
    assert all(re.search("In [0-9]+ orders", sentence) for sentence in before)
    for sent, holds in (("0", "Previously bought in this shop"), ("1", before[0])):
        client.post("/suggestions/reasons/", {"shows_counts": sent})
        client.post("/suggestions/reasons/", {"shows_counts": sent})  # a second click
        with shop_scope(shop):
            assert Due.objects.filter(kind="save_catalogue").count() == 1
        tasks.save_catalogue(shop, 0)
        assert told()[0] == holds
        page = client.get(f"/suggestions/?product={public_id}").content.decode()
        assert f'name="shows_counts" value="{sent}" checked' in page
        assert bool(re.search(r"<li>[^<]*[0-9]+ orders", page)) is (sent == "1")
    with shop_scope(shop):
        assert [one.action for one in latest_entries(9) if one.action.endswith("_counts")] == [
            "shows_counts",
            "hides_counts",
        ]


def test_what_was_chosen_of_counts_and_of_variety_are_two_things(shop, nobody_is_woken):
    for verb in (
        lambda: suggestions.choose_counts(shop, 1, False),
        lambda: suggestions.choose_diversity(shop, 1, 2),
        lambda: suggestions.choose_counts(shop, 1, True),
    ):
        verb()
    with shop_scope(shop):
        assert (shows_counts(), diversity_percent()) == (True, 2)
