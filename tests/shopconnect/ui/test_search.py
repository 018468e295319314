"""Search over a whole shop: each room enters what is found in it, and a role finds what it may see."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy

from chatbot.answers.faq import store_entries
from chatbot.answers.models import Conversation
from chatbot.answers.types import EntrySummary
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import CustomerDraft, LineDraft, OrderDraft, OrderKind, ProductDraft
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.services import store_customers, store_orders
from shopconnect.ui.search import SearchHit, register_search
from tests.chatbot.answers.said import add_exchange
from tests.shopconnect.shops.conftest import make_member, signed_in

AT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def shop_with_all(shop):
    with shop_scope(shop):
        store_products([ProductDraft(external_id="m", title="Mug en grès ocre", price=Decimal(9), currency="EUR")])
        store_customers([CustomerDraft(external_id="c77", email="Ada@example.com")])
        line = LineDraft("m", Decimal(1), Decimal(9), Decimal(0))
        one = OrderDraft(
            external_id="1", kind=OrderKind.ORDER, number="#1042", placed_at=AT, currency="EUR", lines=(line,)
        )
        store_orders([one])
        store_entries([EntrySummary("mugs", "fr", "Le mug passe-t-il au lave-vaisselle ?", "Oui.")])
        talk = Conversation.objects.create(
            token_hash="x", language="fr", started_at=AT, last_at=AT, notice="1", notice_at=AT
        )
        add_exchange(talk, "Quel mug écru ?", AT, language="fr")
    return shop


def found(client, text: str, **sent) -> dict[str, list[str]]:
    page = client.post("/search/", {"q": text, **sent}, follow=True)
    return {group.title: [hit.title for hit in group.hits] for group in page.context["groups"]}


def test_one_word_finds_what_there_is_of_every_kind(shop_with_all):
    owner = signed_in(make_member(shop_with_all, Role.OWNER))
    assert found(owner, "mug") == {
        "Products": ["Mug en grès ocre"],
        "FAQ": ["Le mug passe-t-il au lave-vaisselle ?"],
        "Conversations": ["Quel mug écru ?"],
    }
    assert found(owner, "ocre MUG") == {"Products": ["Mug en grès ocre"]}
    assert found(owner, "ecru") == {"Conversations": ["Quel mug écru ?"]}
    assert found(owner, "#104") == {"Orders": ["Order #1042"]}
    assert found(owner, "custom") == {"Pages": ["Customers"]}
    assert found(owner, "— ?") == {}


def test_each_hit_leads_to_a_page(shop_with_all):
    owner = signed_in(make_member(shop_with_all, Role.OWNER))
    for text in ("mug", "1042", "c77", "rules"):
        for group in owner.get("/search/", {"q": text}).context["groups"]:
            for hit in group.hits:
                assert owner.get(hit.url).status_code == 200, hit.url


def test_a_role_finds_what_it_may_see(shop_with_all):
    analyst = signed_in(make_member(shop_with_all, Role.ANALYST))
    assert set(found(analyst, "mug")) == {"Products"}
    assert found(analyst, "c77") == found(analyst, "ada@example.com") == {}
    assert "Members" not in str(found(analyst, "members"))


def test_a_customer_is_found_by_address_and_the_address_stands_in_none(shop_with_all):
    support = signed_in(make_member(shop_with_all, Role.SUPPORT))
    answer = support.post("/search/", {"q": " ada@EXAMPLE.com "})
    assert answer.status_code == 200
    assert [hit.title for group in answer.context["groups"] for hit in group.hits] == ["Customer c77"]
    named = support.get("/search/", {"q": "ada@example.com"})
    assert (named.context["groups"], named.context["is_refused"]) == ([], True)
    assert support.post("/search/", {"q": "mug ocre"})["Location"] == "/search/?q=mug+ocre"


def test_the_dialog_gets_the_hits_alone(shop_with_all):
    text = (
        signed_in(make_member(shop_with_all, Role.OWNER)).post("/search/", {"q": "mug", "hits": "1"}).content.decode()
    )
    assert "<html" not in text
    assert text.count('role="option"') == 3


def test_another_shop_finds_nothing(shop_with_all, other_shop):
    stranger = signed_in(make_member(other_shop, Role.OWNER, "stranger@example.com"))
    for text in ("mug", "1042", "c77", "ada@example.com"):
        assert found(stranger, text) == {}


def test_a_new_room_is_found_and_edits_no_other_file(shop, new_room):
    hit = SearchHit(title="A review", url="/products/")
    register_search("reviews", gettext_lazy("Products"), lambda text, most: [hit], [Role.SUPPORT], order=1)
    assert found(signed_in(make_member(shop, Role.SUPPORT)), "anything") == {"Products": ["A review"]}
    assert found(signed_in(make_member(shop, Role.OWNER)), "anything") == {}
