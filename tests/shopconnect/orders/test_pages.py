"""Pages of orders and customers."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shopconnect.accounts.history import list_audit
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.connectors.base import PrivacyRequested, PrivacyRequestKind
from shopconnect.connectors.types import (
    ConsentDraft,
    CustomerDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    ProductDraft,
    TranslationDraft,
)
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Customer, Order
from shopconnect.orders.services import link_orders, store_customers, store_orders
from shopconnect.privacy.requests import receive_request
from shopconnect.privacy.services import store_consents
from tests.shopconnect.shops.conftest import make_member, signed_in

AT = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)  # the second of May in Paris


def order(place: int, **fields) -> OrderDraft:
    line = LineDraft("mug", Decimal(2), Decimal(12), Decimal(4))
    values = {
        "external_id": str(place),
        "kind": OrderKind.ORDER,
        "number": f"#{place}",
        "placed_at": AT + timedelta(minutes=place),
        "currency": "EUR",
        "customer": "c1",
        "country": "FR",
        "lines": (line,),
    }
    return OrderDraft(**{**values, **fields})


@pytest.fixture
def sold(shop):
    with shop_scope(shop):
        words = (TranslationDraft(language="en", title="Ochre mug"),)
        mug = ProductDraft(external_id="mug", title="Mug ocre", price=Decimal(12), currency="EUR", translations=words)
        store_products([mug])
        store_customers(
            [CustomerDraft(external_id="c1", email="ada@example.com", country="FR", marketing_consent=True)]
        )
        store_customers([CustomerDraft(external_id="c2", email="bob@example.com")])
        store_orders([order(1041), order(1042), order(2000, is_test=True), order(77, customer="", external_id="g")])
        refund = order(1, external_id="r1", kind=OrderKind.REFUND, number="R-1", refunds="1042")
        store_orders([refund])
        link_orders()
        store_consents([ConsentDraft(visitor="", customer="c1", purpose="analytics", is_given=False, at=AT)])
    return shop


def numbers(client, query: str) -> list[str]:
    return [row.number for row, *_ in client.get(f"/orders/?{query}").context["rows"]]


def address(shop, model, **fields) -> str:
    with shop_scope(shop):
        return f"/{model._meta.model_name}s/{model.objects.get(**fields).public_id}/"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["#2000", "#1042", "#1041", "#77", "R-1"]),
        ("q=104", ["#1042", "#1041"]),
        ("q=%231042", ["#1042"]),
        ("kind=refund", ["R-1"]),
        ("state=test", ["#2000"]),
        ("state=counted&kind=order", ["#1042", "#1041", "#77"]),
        ("last=2026-05-01", []),
        ("first=2026-05-03", ["#2000"]),
        ("first=9999-12-31&last=1-1-1", ["#2000", "#1042", "#1041", "#77", "R-1"]),
    ],
)
def test_orders_are_narrowed_by_number_kind_state_and_the_shops_days(sold, query, found):
    assert numbers(signed_in(make_member(sold, Role.ANALYST)), query) == found


def test_pages_of_orders_go_on_where_many_were_placed_at_once(shop):
    with shop_scope(shop):
        store_orders([order(number, placed_at=AT) for number in range(120)])
    client = signed_in(make_member(shop, Role.OWNER))
    query, seen = "", []
    while True:
        page = client.get(f"/orders/{query}")
        seen += [row.external_id for row, *_ in page.context["rows"]]
        query = page.context["next"]
        if not query:
            break
    assert sorted(seen, key=int) == [str(number) for number in range(120)]


def test_an_order_shows_its_lines_its_refund_and_to_the_desk_whose_it_is(sold):
    path = address(sold, Order, external_id="1042")
    page = signed_in(make_member(sold, Role.SUPPORT)).get(path)
    text = page.content.decode()
    assert "Ochre mug" in text
    assert "€20.00" in text
    assert [title for _, title, _ in page.context["related"]] == ["Refund R-1"]
    assert address(sold, Customer, external_id="c1") in text
    assert [line.quantity for line, _ in page.context["lines"]] == [2]


def test_a_refund_without_a_number_is_named_by_its_order(sold):
    with shop_scope(sold):
        store_orders([order(3, external_id="gid3", kind=OrderKind.REFUND, number="", refunds="1041")])
        store_orders([order(4, external_id="gid4", kind=OrderKind.REFUND, number="", refunds="not known")])
        link_orders()
    client = signed_in(make_member(sold, Role.OWNER))
    page = client.get(address(sold, Order, external_id="1041"))
    assert [title for _, title, _ in page.context["related"]] == ["Refund of order #1041"]
    titles = {row.external_id: title for row, title, _ in client.get("/orders/?kind=refund").context["rows"]}
    assert titles == {"gid3": "Refund of order #1041", "gid4": "Refund gid4", "r1": "Refund R-1"}
    refund = address(sold, Order, external_id="gid3")
    assert client.get(refund).context["title"] == "Refund of order #1041"
    french = signed_in(make_member(sold, Role.ANALYST), headers={"accept-language": "fr"})
    assert french.get(refund).context["title"] == "Remboursement de la commande #1041"


def test_refunds_that_are_not_all_listed_are_counted(sold, monkeypatch):
    with shop_scope(sold):
        second = order(2, external_id="r2", kind=OrderKind.REFUND, number="R-2", refunds="1042")
        store_orders([second])
        link_orders()
    client, path = signed_in(make_member(sold, Role.OWNER)), address(sold, Order, number="#1042")
    assert "The latest" not in client.get(path).content.decode()
    monkeypatch.setattr("shopconnect.orders.browsing.MOST_ORDERS", 1)
    page = client.get(path).content.decode()
    assert ("The latest 1 of 2." in page, "R-2" in page, "R-1" in page) == (True, True, False)


def test_an_analyst_learns_nothing_of_persons(sold):
    analyst = signed_in(make_member(sold, Role.ANALYST))
    text = analyst.get(address(sold, Order, external_id="1042")).content.decode()
    assert "Customer" not in text
    assert ">FR<" not in text
    assert analyst.get("/customers/").status_code == 403
    assert analyst.get(address(sold, Customer, external_id="c1")).status_code == 403
    file = b"".join(analyst.get("/orders/orders.csv").streaming_content).decode()
    assert "c1" not in file
    assert "FR" not in file


def test_the_file_of_orders_holds_the_list(sold):
    answer = signed_in(make_member(sold, Role.OWNER)).get("/orders/orders.csv?q=104")
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert (head[0], [row[0] for row in rows]) == ("Number", ["#1042", "#1041"])
    assert rows[0][8:] == ["20.00", "EUR"]


def test_only_an_owner_fetches_the_customers_and_the_history_says_so(sold):
    assert signed_in(make_member(sold, Role.SUPPORT)).get("/customers/customers.csv").status_code == 403
    assert list_audit(sold) == []
    answer = signed_in(make_member(sold, Role.OWNER)).get("/customers/customers.csv?consent=yes")
    text = b"".join(answer.streaming_content).decode()
    assert text.splitlines()[1:] == ["c1,FR,,,yes"]
    assert "example.com" not in text
    assert list_audit(sold)[0].sentence == "owner@example.com downloaded the list of customers"


def test_a_customers_page_shows_consent_and_orders_and_no_address(sold):
    page = signed_in(make_member(sold, Role.OWNER)).get(address(sold, Customer, external_id="c1"))
    text = page.content.decode()
    assert [(word.purpose, word.is_given) for word in page.context["found"].consents] == [("analytics", False)]
    assert {row.external_id for row, *_ in page.context["rows"]} == {"1041", "1042", "2000", "r1"}
    assert "ada@" not in text
    assert "No requests from this customer." in text


def test_a_customers_page_leads_an_owner_to_that_customers_privacy_requests(sold):
    for customer, kind in (("c1", PrivacyRequestKind.DATA_REQUEST), ("c2", PrivacyRequestKind.REDACT_CUSTOMER)):
        receive_request(sold, PrivacyRequested(kind=kind, customer=customer), AT)
    page, owner = address(sold, Customer, external_id="c1"), signed_in(make_member(sold, Role.OWNER))
    text = owner.get(page).content.decode().partition('id="content"')[2]
    [target] = re.findall(r'href="/privacy/#(request-\d+)">([^<]+)</a>', text)
    assert target[1].strip() == "Data about a customer"
    assert f'<tr id="{target[0]}">' in owner.get("/privacy/").content.decode()
    support = signed_in(make_member(sold, Role.SUPPORT)).get(page).content.decode()
    assert ("/privacy/" in support, "Privacy requests" in support) == (False, False)


def test_another_shops_orders_and_customers_are_not_there(sold, other_shop):
    stranger = signed_in(make_member(other_shop, Role.OWNER, "stranger@example.com"))
    assert numbers(stranger, "") == []
    for path in (address(sold, Order, external_id="1042"), address(sold, Customer, external_id="c1")):
        assert stranger.get(path).status_code == 404


def test_an_order_names_its_products_in_the_readers_language(sold):
    client, page = signed_in(make_member(sold, Role.OWNER)), address(sold, Order, number="#1042")
    for language, title in (("en", "Ochre mug"), ("fr", "Mug ocre")):
        assert title in client.get(page, headers={"accept-language": language}).content.decode()


def test_what_a_platform_says_of_an_order_stands_in_the_readers_words(shop):
    with shop_scope(shop):
        store_orders([order(1, status="partially_paid", channel="web"), order(2, status="wc-tasting", channel="b2b")])
    client = signed_in(make_member(shop, Role.OWNER))
    client.cookies["shopconnect_language"] = "fr"
    known, own = (client.get(address(shop, Order, external_id=one)).content.decode() for one in ("1", "2"))
    for word in ("partiellement payée", "en ligne", "France"):
        assert f"<dd>{word}</dd>" in known
    assert ("<dd>wc-tasting</dd>" in own, "<dd>b2b</dd>" in own) == (True, True)
    assert "partiellement payée" in client.get("/orders/").content.decode()
