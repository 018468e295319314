"""Where an order stands, in chat: told to who knows number and address or is signed in, and to nobody else."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chatbot.answers.facts.tracking import LOCKED_SECONDS, MOST_TRIES
from chatbot.answers.models import Message
from chatbot.answers.types import AnswerOutcome, OrderForm, Topic
from shopconnect.connectors import registry
from shopconnect.connectors.shopify.descriptor import descriptor_of
from shopconnect.core.cache.redis import client
from shopconnect.core.clock import now
from shopconnect.core.security.crypto import person_key
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Customer, Shipment
from shopconnect.shops import installs
from shopconnect.widgets.signing import sign_customer
from tests.chatbot.answers.test_conversation import last, say
from tests.chatbot.answers.test_widget import key_of, post, shopper
from tests.shopconnect.api.conftest import make_order
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens

__all__ = ["shopper"]
ADA, BEN = "ada@example.com", "ben@example.com"


@pytest.fixture
def ordered(faq: ShopId, other_shop: ShopId) -> ShopId:
    """A guest's order on its way, two of an account, and an order of the same number in another shop."""
    with shop_scope(faq):
        guests = make_order("1", number="#100234", status="fulfilled", person_key=person_key(ADA))
        url = "https://post.example/8R"
        Shipment.objects.create(order=guests, position=0, carrier="DHL", tracking_url=url, status="in_transit")
        account = Customer.objects.create(external_id="77", person_key=person_key(BEN))
        make_order("2", number="1002", customer=account, cancelled_at=now())
        make_order("3", number="1003", customer=account)
    with shop_scope(other_shop):
        make_order("9", number="#900", person_key=person_key(ADA))
    return faq


def ask(shopper: Client, shop: ShopId, number: str, email: str, **more: object):
    return post(shopper, shop, {"number": number, "email": email} | more, "order")


def signed_in(shop: ShopId, customer: str) -> dict[str, object]:
    return {"customer": sign_customer(key_of(shop), customer, int(now().timestamp()) + 60)}


def test_a_guest_who_knows_both_is_told_state_dates_and_carrier(ordered: ShopId, shopper: Client):
    found = ask(shopper, ordered, "100234", " Ada@Example.com ").json()["orders"]
    assert found == [
        {
            "title": "Order #100234",
            "lines": ["Placed on 20 November 2026", "Status: fulfilled"],
            "parcels": [{"text": "DHL, in transit", "url": "https://post.example/8R"}],
        }
    ]
    french = ask(shopper, ordered, "#100234", ADA, lang="fr").json()["orders"][0]
    assert french["lines"][0] == "Passée le 20 novembre 2026"


def _shape(sql: str) -> str:
    """Return a statement without what it asks for, be that one or many."""
    return re.sub(r"(?:'[^']*'|\d+)(?:, (?:'[^']*'|\d+))*", "?", sql)


def test_every_failure_is_one_sentence_after_the_same_work(ordered: ShopId, shopper: Client):
    answers, work = [], []
    assert ask(shopper, ordered, "", "").status_code == 400  # a process knows the shop from its first call on
    for number, email in [("100234", BEN), ("555", ADA), ("900", ADA), ("1002", ADA)]:
        with CaptureQueriesContext(connection) as queries:
            answers.append(ask(shopper, ordered, number, email))
        work.append([_shape(query["sql"]) for query in queries.captured_queries])
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
    assert "can’t find an order" in answers[0].json()["error"]["message"]
    assert work == [work[0]] * len(work)
    with CaptureQueriesContext(connection) as queries:
        assert ask(shopper, ordered, "100234", ADA).status_code == 200
    assert len(queries.captured_queries) == len(work[0])


@pytest.mark.parametrize(("number", "email"), [("", ADA), ("1002", ""), ("#", ADA), ("1002", "ada")])
def test_what_is_missing_is_said_and_is_no_try(ordered: ShopId, shopper: Client, number: str, email: str):
    for _ in range(MOST_TRIES + 1):
        assert ask(shopper, ordered, number, email).status_code == 400
    assert ask(shopper, ordered, "1002", BEN).status_code == 200


def test_after_five_wrong_tries_an_order_is_locked_whoever_asks(ordered: ShopId):
    for number in range(MOST_TRIES):
        stranger = Client(headers={"origin": "http://localhost"}, REMOTE_ADDR=f"203.0.113.{number}")
        assert ask(stranger, ordered, "100234", f"guess-{number}@example.com").status_code == 404
    elsewhere = Client(headers={"origin": "http://localhost"}, REMOTE_ADDR="198.51.100.7")
    answer = ask(elsewhere, ordered, "#100234", ADA)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "locked")
    assert ask(elsewhere, ordered, "1002", BEN).status_code == 200


def test_after_five_wrong_tries_an_address_is_locked_for_every_order(ordered: ShopId, shopper: Client):
    assert [ask(shopper, ordered, str(number), ADA).status_code for number in range(500, 506)] == [404] * 5 + [429]
    assert ask(shopper, ordered, "100234", ADA).status_code == 429


def test_after_five_wrong_tries_a_visit_is_locked_from_any_address(ordered: ShopId):
    for number in range(MOST_TRIES):
        moving = Client(headers={"origin": "http://localhost"}, REMOTE_ADDR=f"203.0.113.{number}")
        assert ask(moving, ordered, str(700 + number), ADA, conversation="visit").status_code == 404
    moved = Client(headers={"origin": "http://localhost"}, REMOTE_ADDR="198.51.100.7")
    assert ask(moved, ordered, "100234", ADA, conversation="visit").status_code == 429
    assert ask(moved, ordered, "100234", ADA, conversation="another").status_code == 200


def test_a_right_try_is_not_counted_and_a_lock_ends_by_itself(ordered: ShopId, shopper: Client):
    assert {ask(shopper, ordered, "100234", ADA).status_code for _ in range(MOST_TRIES + 2)} == {200}
    ask(shopper, ordered, "555", ADA)
    keys = [key for key in client().scan_iter(f"shop:{ordered}:order-tries:*") if int(client().get(key) or 0)]
    assert len(keys) == 2
    assert all(0 < client().ttl(key) <= LOCKED_SECONDS for key in keys)
    assert not any(b"555" in key.rsplit(b":")[-1][:4] for key in keys)


def test_who_is_signed_in_needs_neither_and_sees_their_own_only(ordered: ShopId, other_shop: ShopId, shopper: Client):
    found = post(shopper, ordered, signed_in(ordered, "77"), "order").json()["orders"]
    assert [one["title"] for one in found] == ["Order 1003", "Order 1002"]
    assert found[1]["lines"][1].startswith("Cancelled on ")
    one = post(shopper, ordered, signed_in(ordered, "77") | {"number": "1002"}, "order").json()["orders"]
    assert [order["title"] for order in one] == ["Order 1002"]
    assert post(shopper, ordered, signed_in(ordered, "77") | {"number": "100234"}, "order").status_code == 404
    assert post(shopper, ordered, signed_in(ordered, "78"), "order").status_code == 404
    # What another shop signed is nobody here, and neither is what nobody signed.
    assert post(shopper, ordered, signed_in(other_shop, "77"), "order").status_code == 400
    assert post(shopper, ordered, {"customer": "77"}, "order").status_code == 400


def test_nothing_of_it_is_kept_or_stands_in_an_address(ordered: ShopId, shopper: Client, caplog):
    ask(shopper, ordered, "100234", ADA, conversation="c")
    ask(shopper, ordered, "100234", BEN)
    with shop_scope(ordered):
        assert not Message.objects.exists()
    assert ADA not in caplog.text
    assert "100234" not in caplog.text
    path = f"/w/{key_of(ordered)}/order?number=1&email={ADA}"
    assert shopper.post(path, {}, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("fr", "où en est ma commande #100234", "#100234"),
        ("fr", "suivi de colis", ""),
        ("en", "where is my parcel", ""),
        ("en", "order status please", ""),
    ],
)
def test_who_asks_where_an_order_is_gets_the_form(ordered: ShopId, language: str, text: str, number: str):
    _, reply = say(ordered, text, language)
    assert reply.order == OrderForm(number, True, "")
    assert last(ordered).topic == Topic.ORDER
    assert reply.outcome in (AnswerOutcome.FACT, AnswerOutcome.ANSWER)


def test_an_entry_that_answers_keeps_its_answer_beside_the_form(ordered: ShopId):
    _, reply = say(ordered, "when will my order arrive, where is my order?", "en")
    assert reply.outcome in (AnswerOutcome.ANSWER, AnswerOutcome.FACT)
    assert say(ordered, "when will my order arrive?", "en")[1].order is None


def test_the_page_is_told_whether_anybody_is_signed_in(ordered: ShopId, shopper: Client):
    asked = {"text": "where is my parcel"}
    assert post(shopper, ordered, asked).json()["order"]["signed_in"] is False
    assert post(shopper, ordered, asked | signed_in(ordered, "77")).json()["order"]["signed_in"] is True


def test_a_platform_that_hides_addresses_leads_to_the_shops_own_page(db, new_room, shopper: Client):
    registry.register_descriptor(descriptor_of(1))
    shop = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    with shop_scope(shop):
        make_order("7", number="#7000", person_key=person_key(ADA))
    _, reply = say(shop, "where is my order #7000", "en")
    assert reply.order is not None
    assert (reply.order.asks_email, reply.order.link) == (False, f"https://{DRAFT.hosts[0]}/account")
    assert reply.text.startswith("Sign in to your account")
