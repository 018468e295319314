"""The merchant writes rules on a page: draft, warnings, before and after, replay, force, undo."""

import re
from dataclasses import replace
from html import unescape

import pytest

from recommender.products import tasks
from recommender.products.data.catalogue import save_catalogue
from recommender.products.models import RuleReplay
from recommender.products.rules import live
from recommender.products.rules import services as rules
from recommender.products.rules.words import RuleNames
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import TranslationDraft
from shopconnect.core.tenancy.scope import shop_scope
from tests.recommender.products.shops import fill_shop, train
from tests.recommender.products.shops import product as a_product
from tests.shopconnect.shops.conftest import make_member, signed_in

PATHS = ("add", "place", "remove", "drop", "replay", "publish", "undo/0")


@pytest.fixture
def learnt_shop(shop):
    fill_shop(shop, sold_out=(3,))
    train(shop)
    return shop


@pytest.fixture
def owner(learnt_shop):
    return signed_in(make_member(learnt_shop, Role.OWNER))


def product(shop_id, name: str) -> int:
    with shop_scope(shop_id):
        return find_product_by_external_id(name).public_id


def read(client, path: str = "/rules/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def marked(page: str) -> str:
    return re.search(r'name="expected_etag" value="(\w+)"', page)[1]


def put_in_force(client):
    return client.post("/rules/publish/", {"expected_etag": marked(read(client)), "is_confirmed": "1"})


def test_a_rule_is_written_looked_at_and_put_in_force(learnt_shop, owner):
    assert "Default rules" in read(owner)
    assert "Published rules" in read(owner)
    given = {"kind": "exclude", "by": "category", "name": "Cuisine", "shelf": ""}
    assert owner.post("/rules/add/", given)["Location"] == "/rules/"
    page = read(owner, f"/rules/?product={product(learnt_shop, 'p12')}")
    assert "not published" in page
    assert "Category “Cuisine” excluded" in page
    before, after = page.split("Now")[1].split("With the draft")
    title = re.compile(r'class="title"[^>]*>Kitchen thing')
    assert title.search(before)
    assert not title.search(after)
    done = put_in_force(owner)["Location"]
    assert done == "/rules/?version=1#done"
    page = read(owner, done)
    assert "Version 1 of the rules is published." in page
    assert 'action="/rules/undo/0/"' in page
    assert "Version 1, by " in page
    assert "not published" not in page
    versions = read(owner, "/rules/versions/")
    assert "Added: Category “Cuisine” excluded" in versions
    assert owner.post("/rules/undo/0/")["Location"] == "/rules/versions/"
    assert "Default rules" in read(owner, "/rules/versions/")
    assert [one.number for one in rules.list_versions(learnt_shop, RuleNames())] == [2, 1]


def test_sentences_call_a_category_what_the_readers_language_calls_it(learnt_shop, owner):
    english = TranslationDraft(language="en", title="Kitchen thing 12", category=("Kitchen",))
    with shop_scope(learnt_shop):
        store_products([replace(a_product(12), translations=(english,))])
    save_catalogue(learnt_shop)
    owner.post("/rules/add/", {"kind": "exclude", "by": "category", "name": "Cuisine"})
    owner.post("/rules/add/", {"kind": "bought", "days": "30", "beside_category": "Cuisine"})
    put_in_force(owner)
    versions = read(owner, "/rules/versions/")
    assert "Added: Category “Kitchen” excluded" in versions
    assert "in the category “Kitchen” only" in versions
    owner.cookies["shopconnect_language"] = "fr"
    assert "Catégorie «\u00a0Cuisine\u00a0» exclue" in read(owner)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Kitchen › cups", "Cuisine > Tasses"),
        ("TASSES", "Cuisine > Tasses"),
        ("kitchen", "Cuisine"),
        ("Cuisine > Tasses", "Cuisine > Tasses"),
        ("Bols", ""),
    ],
)
def test_a_category_is_typed_in_the_words_of_the_shop_or_of_the_reader(learnt_shop, owner, typed, meant):
    cups, bowls = ("Cuisine", "Tasses"), ("Cuisine", "Bols")
    english = TranslationDraft(language="en", title="Cup", category=("Kitchen", "Cups"))
    with shop_scope(learnt_shop):
        store_products(
            [
                replace(a_product(12), category=cups, translations=(english,)),
                replace(a_product(13), category=bowls),
                replace(a_product(14), category=("Jardin", "Bols")),
            ]
        )
    save_catalogue(learnt_shop)
    form = read(owner, "/rules/?add=limit")
    assert '<option value="Kitchen > Cups">' in form
    for given in (
        {"kind": "exclude", "by": "category", "name": typed},
        {"kind": "bought", "days": "30", "beside_category": typed},
    ):
        answer = owner.post("/rules/add/", given)
        assert answer.status_code == (302 if meant else 400)
    draft = rules.find_draft(learnt_shop)
    written = [getattr(one, "name", one.beside_category) for one in draft.rules[1:]] if draft else []
    assert written == ([meant, meant] if meant else [])


def test_a_product_is_found_and_pinned(learnt_shop, owner):
    public_id = product(learnt_shop, "p25")
    found = read(owner, "/rules/?add=pin&find=Objet 25")
    assert f"?add=pin&item={public_id}" in found
    form = read(owner, f"/rules/?add=pin&item={public_id}")
    assert f'name="product" value="{public_id}"' in form
    assert 'value="trending"' not in form.split('id="shelf"')[1].split("</select>")[0]
    owner.post("/rules/add/", {"kind": "pin", "product": public_id, "place": "1", "shelf": ""})
    page = read(owner, f"/rules/?product={product(learnt_shop, 'p1')}")
    assert "Chosen by the shop" in page.split("With the draft")[1]


def test_a_product_is_excluded_by_its_title(learnt_shop, owner):
    given = {"kind": "exclude", "by": "product", "name": "bedroom THING 25"}
    speak = {"headers": {"accept-language": "en"}}
    assert owner.post("/rules/add/", given, **speak).status_code == 302
    (rule,) = (one for one in rules.find_draft(learnt_shop).rules if one.kind == "exclude")
    assert rule.name == str(product(learnt_shop, "p25"))
    answer = owner.post("/rules/add/", {**given, "name": "Kitchen"}, **speak)
    assert answer.status_code == 400
    page = unescape(answer.content.decode())
    assert "Enter one product’s title, or choose it from the list." in page
    assert f"?add=exclude&item={product(learnt_shop, 'p12')}" in page


def shown(page: str, part: str) -> list[int]:
    row = page.split(f'aria-labelledby="{part}"')[1].split("</ol>")[0]
    return [int(one) for one in re.findall(r'class="title" href="[^"]*\?product=(\d+)"', row)]


def test_a_product_is_moved_in_the_preview_by_its_buttons_and_only_there(learnt_shop, owner):
    beside = product(learnt_shop, "p12")
    here = f"/rules/?product={beside}"
    before = shown(read(owner, here), "preview")
    moved = {"product": before[2], "beside_product": beside, "shelf": "", "next": f"{here}&moved={before[2]}#preview"}
    assert owner.post("/rules/place/", {**moved, "place": 2})["Location"] == moved["next"]
    page = read(owner, here)
    assert shown(page, "now") == before
    after = shown(page, "with-draft")
    assert after[:3] == [before[0], before[2], before[1]]
    assert "from slot 3" in page
    owner.post("/rules/place/", {**moved, "place": 1})
    owner.post("/rules/place/", {**moved, "product": before[0], "place": 2})
    pins = {one.product: one.place for one in rules.find_draft(learnt_shop).rules if one.kind == "pin"}
    assert pins == {before[2]: 1, before[0]: 2}
    owner.post("/rules/place/", {**moved, "product": before[0], "place": 1})  # who stood there takes the other's place
    pins = {one.product: one.place for one in rules.find_draft(learnt_shop).rules if one.kind == "pin"}
    assert pins == {before[2]: 2, before[0]: 1}
    assert "The draft changes nothing here." in read(owner, f"/rules/?product={product(learnt_shop, 'p1')}")
    assert owner.post("/rules/place/", {**moved, "place": 9}).status_code == 400


def test_a_rule_for_some_days_is_looked_at_on_a_day_of_them(learnt_shop, owner):
    given = {
        "kind": "exclude",
        "by": "category",
        "name": "Cuisine",
        "from_date": "2999-12-24",
        "until_date": "2999-12-26",
    }
    owner.post("/rules/add/", given)
    here = f"/rules/?product={product(learnt_shop, 'p12')}"
    assert "Category “Cuisine” excluded, from 24 December 2999 to 26 December 2999" in read(owner, here)
    assert "The draft changes nothing here." in read(owner, here)
    assert "The draft changes nothing here." not in read(owner, f"{here}&day=2999-12-25")
    put_in_force(owner)
    held = live.rules_for(learnt_shop)
    assert (len(held.written), len(held.rules)) == (2, 1)
    for wrong in ({"until_date": "2999-12-23"}, {"from_date": "soon"}, {"beside_category": "Nowhere"}):
        assert owner.post("/rules/add/", {**given, **wrong}).status_code == 400


def test_a_losing_replay_makes_no_primary_button_of_putting_in_force(learnt_shop, owner):
    owner.post("/rules/add/", {"kind": "exclude", "by": "category", "name": "Cuisine"})
    owner.post("/rules/replay/")
    with shop_scope(learnt_shop):
        number = RuleReplay.objects.get().pk
    tasks.replay_rules(learnt_shop, number)
    form = read(owner).split('action="/rules/publish/"')[1].split("</form>")[0]
    assert '<span class="badge bad">fewer hits</span>' in form
    assert "primary" not in form


def test_what_is_risky_stands_on_the_page_before_it_is_saved(learnt_shop, owner):
    owner.post("/rules/add/", {"kind": "pin", "product": product(learnt_shop, "p3"), "place": "1"})
    page = read(owner)
    assert "Before you publish" in page
    assert "is pinned but can’t be bought right now" in page


@pytest.mark.parametrize("kind", ["pin", "exclude", "boost", "limit", "bought", "corridor", "stock", "nonsense"])
def test_each_kind_has_its_form(learnt_shop, owner, kind):
    item = product(learnt_shop, "p1")
    page = read(owner, f"/rules/?add={kind}&item={item}")
    assert (f'name="kind" value="{kind}"' in page) == (kind != "nonsense")


def test_a_list_of_names_that_is_cut_says_so(learnt_shop, owner, monkeypatch):
    path = "/rules/?add=stock"
    assert "Categories listed" not in read(owner, path)
    monkeypatch.setattr("recommender.products.pages.rules.MOST_NAMES", 1)
    page = read(owner, path)
    assert len(re.findall(r"<option", page.partition('id="categories"')[2].partition("</datalist>")[0])) == 1
    assert re.search(r"Categories listed: 1 of \d\. You can type any other.", page)


def test_a_bad_rule_is_told_and_what_was_typed_stays(learnt_shop, owner):
    given = {"kind": "corridor", "low": "120", "high": "80"}
    answer = owner.post("/rules/add/", given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "The lowest price must be below the highest price." in page
    assert 'value="120"' in page
    assert rules.find_draft(learnt_shop) is None
    for hostile in ({}, {"kind": "pin\0"}, {"kind": "exclude", "by": "vendor", "name": "x\0" * 300}):
        assert owner.post("/rules/add/", hostile).status_code == 400
    for text in ("", "[" * 5000, '"x"', "{}", '{"kind": 5}'):
        assert owner.post("/rules/remove/", {"rule": text}).status_code == 400
    assert owner.get(f"/rules/?product={10**18 * 9}&on=nowhere&find=%00&search=zzz&item=x").status_code == 200


def test_a_rule_is_taken_away_by_what_the_page_gave(learnt_shop, owner):
    owner.post("/rules/add/", {"kind": "bought", "days": "30"})
    page = read(owner)
    kept = [text for text in re.findall(r'name="rule" value="([^>]+)">', page) if "bought" in text]
    owner.post("/rules/remove/", {"rule": kept[0]})
    assert rules.find_draft(learnt_shop) is None
    owner.post("/rules/add/", {"kind": "bought", "days": "30"})
    owner.post("/rules/drop/")
    assert rules.find_draft(learnt_shop) is None


def test_a_rule_with_a_long_name_is_taken_away_as_well(learnt_shop, owner):
    vendor = "Fées et Éléphants " * 16
    with shop_scope(learnt_shop):
        store_products([replace(a_product(12), vendor=vendor.strip())])
    tasks.save_catalogue(learnt_shop, 0)
    given = {"kind": "exclude", "by": "vendor", "name": vendor.strip(), "shelf": ""}
    assert owner.post("/rules/add/", given)["Location"] == "/rules/"
    kept = [text for text in re.findall(r'name="rule" value="([^>]+)">', read(owner)) if "exclude" in text]
    assert owner.post("/rules/remove/", {"rule": kept[0]})["Location"] == "/rules/"
    assert rules.find_draft(learnt_shop) is None


def test_a_draft_is_replayed_and_its_figures_stand_on_the_page(learnt_shop, owner):
    owner.post("/rules/add/", {"kind": "exclude", "by": "category", "name": "Cuisine"})
    assert owner.post("/rules/publish/", {"expected_etag": marked(read(owner))}).status_code == 409
    owner.post("/rules/replay/")
    assert 'data-reload-seconds="3"' in read(owner)
    with shop_scope(learnt_shop):
        number = RuleReplay.objects.get().pk
    tasks.replay_rules(learnt_shop, number)
    page = read(owner)
    assert "data-reload-seconds" not in page
    assert "fewer hits" in page
    assert "A simulation can’t tell what shoppers would have bought if they had seen something else." in page
    assert "Publish without a simulation" not in page
    assert owner.post("/rules/publish/", {"expected_etag": marked(page)})["Location"] == "/rules/?version=1#done"
    assert live.rules_for(learnt_shop).number == 1


def test_a_page_that_was_answered_here_is_loaded_again(learnt_shop, owner):
    for path in PATHS:
        assert owner.get(f"/rules/{path}/").status_code == 302


def test_an_analyst_reads_and_changes_nothing_and_support_sees_nothing(learnt_shop, owner):
    owner.post("/rules/add/", {"kind": "bought", "days": "30"})
    analyst = signed_in(make_member(learnt_shop, Role.ANALYST, "analyst@example.com"))
    page = read(analyst)
    assert "A shop owner can change the rules." in page
    assert "Publish the rules" not in page
    for path in PATHS:
        assert analyst.post(f"/rules/{path}/", {"kind": "bought", "days": "3"}).status_code == 403
    support = signed_in(make_member(learnt_shop, Role.SUPPORT, "support@example.com"))
    assert [support.get(path).status_code for path in ("/rules/", "/rules/versions/")] == [403, 403]
    assert live.rules_for(learnt_shop).number == 0


def test_a_shop_without_anything_has_its_page_too(shop):
    owner = signed_in(make_member(shop, Role.OWNER))
    assert "No products yet." in read(owner)
    assert "No versions yet" in read(owner, "/rules/versions/")
