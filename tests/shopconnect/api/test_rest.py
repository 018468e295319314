"""The REST API: who may ask, what comes back, page by page, and how an error is said."""

import json
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import get_resolver
from rest_framework import serializers

from chatbot.answers.selectors import count_entries
from shopconnect.accounts.models import User
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import ProductDraft
from shopconnect.core.rest import limits
from shopconnect.core.rest.fields import BoundedListField
from shopconnect.core.rest.views import RestView
from shopconnect.core.tenancy.scope import shop_scope
from tests.shopconnect.api.conftest import make_order, make_product, paths

NOTHING = 2.0**-60  # calls a second: a bucket that stays as it is while a test lasts


def error(response):
    return (response.status_code, response.json()["error"]["code"])


def path_of(entry):
    path = str(entry.pattern).replace("<str:public_id>", "1").replace("<str:language>", "fr")
    return "/api/v1/" + path.replace("<str:external_id>", "x").replace("<str:reference>", "K7F3-2Q")


def test_the_shop_says_what_it_is(api):
    assert api.get("/api/v1/shop").json() == {
        "slug": "first",
        "name": "First",
        "currency": "EUR",
        "timezone": "Europe/Paris",
        "languages": ["fr", "en"],
        "countries": ["FR"],
        "hosts": ["localhost", "127.0.0.1"],
        "prices_include_tax": True,
    }


def test_a_token_says_what_it_may(shop, caller):
    body = caller(shop, ["read:orders"]).get("/api/v1/token").json()
    assert (body["name"], body["scopes"], body["shop"]) == ("tests", ["read:orders"], "first")
    assert body["id"].isdigit()
    assert body["expires_at"].endswith("Z")


def test_a_product_is_written_with_text_ids_and_decimal_text(api, rows):
    product = rows["ours"]["products"]
    assert api.get(f"/api/v1/products/{product.public_id}").json() == {
        "id": str(product.public_id),
        "external_id": "p1",
        "title": "Product p1",
        "vendor": "",
        "category": ["Home", "Lamps"],
        "tags": [],
        "image": "",
        "url": "",
        "available": True,
        "gift_card": False,
        "currency": "EUR",
        "price": "49.90",
        "cost": None,
        "stock": None,
        "created_at": "2026-11-20T10:15:00Z",
        "deleted_at": None,
    }


def test_an_order_comes_with_its_lines(api, rows):
    order = rows["ours"]["orders"]
    body = api.get(f"/api/v1/orders/{order.public_id}").json()
    assert (body["id"], body["kind"], body["total"], body["customer"], body["line_count"]) == (
        str(order.public_id),
        "order",
        "89.80",
        "c1",
        1,
    )
    assert body["lines"] == [
        {
            "product": "p1",
            "variant": "",
            "title": "Product p1",
            "quantity": "2.00",
            "price": "49.90",
            "discount": "10.00",
            "total": "89.80",
        }
    ]


def test_a_customer_is_shown_without_the_address(api, rows):
    public_id = str(rows["ours"]["customers"].public_id)
    response = api.get(f"/api/v1/customers/{public_id}")
    assert response.json() == {
        "id": public_id,
        "external_id": "c1",
        "country": "FR",
        "language": "",
        "created_at": None,
        "marketing_consent": None,
        "has_email": True,
    }
    assert b"ada@example.com" not in response.content


@pytest.mark.parametrize("kind", ["products", "orders", "customers"])
def test_another_shops_rows_are_not_there(api, rows, kind):
    theirs, ours = rows["theirs"][kind].public_id, rows["ours"][kind].public_id
    assert error(api.get(f"/api/v1/{kind}/{theirs}")) == (404, "not_found")
    assert [row["id"] for row in api.get(f"/api/v1/{kind}").json()["data"]] == [str(ours)]


@pytest.mark.parametrize("public_id", ["0", "abc", "-1", "9" * 19, "9" * 40, "1.5", "%00", "٣"])
def test_what_is_no_id_is_not_there(api, rows, public_id):
    for kind in ("products", "orders", "customers"):
        assert error(api.get(f"/api/v1/{kind}/{public_id}")) == (404, "not_found")


def test_every_view_demands_a_token(db):
    for entry in paths:
        assert entry.callback.guard == "token"
        response = Client().get(path_of(entry))
        assert error(response)[0] == 401
        assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "token_missing"),
        ("Basic x", "token_missing"),
        ("Bearer ", "token_missing"),
        ("Bearer sc_wrong", "token_unknown"),
    ],
)
def test_a_wrong_token_is_said_in_our_shape(db, header, code):
    response = Client().get("/api/v1/shop", headers={"authorization": header})
    assert error(response) == (401, code)
    assert "X-RateLimit-Limit" not in response


def test_a_session_opens_nothing(shop):
    client = Client()
    client.force_login(User.objects.create_user("ada@example.com", is_staff=True, is_superuser=True))
    assert error(client.get("/api/v1/shop")) == (401, "token_missing")


def test_each_view_demands_exactly_its_scope(shop, caller, rows):
    scopes = {view.cls.scopes[m] for view in (entry.callback for entry in paths) for m in view.cls.scopes} - {None}
    without = {scope: caller(shop, scopes - {scope}) for scope in scopes}
    only = {scope: caller(shop, [scope]) for scope in scopes}
    for entry in paths:
        view: type[RestView] = entry.callback.cls
        path = path_of(entry)
        for method, needed in view.scopes.items():
            if needed is None:
                continue
            others = without[needed].generic(method, path, "{}", content_type="application/json")
            assert error(others) == (403, "scope_missing"), (method, path)
            assert needed in others.json()["error"]["message"]
            exact = only[needed].generic(method, path, "{}", content_type="application/json")
            assert exact.status_code in (200, 400, 404, 409), (method, path)


def test_every_method_of_every_view_names_its_scope():
    for entry in paths:
        view = entry.callback.cls
        assert {m.upper() for m in ("get", "post", "put", "patch", "delete") if hasattr(view, m)} == set(view.scopes)


def test_a_method_that_is_not_there_is_refused_and_changes_nothing(api):
    response = api.delete("/api/v1/shop")
    assert error(response) == (405, "method_not_allowed")
    assert "GET" in response["Allow"]
    assert error(api.options("/api/v1/shop")) == (405, "method_not_allowed")


def test_a_path_that_is_not_there_is_said_in_our_shape(db):
    for method in ("get", "post", "delete"):
        assert error(getattr(Client(), method)("/api/v1/nothing/here")) == (404, "not_found")


def test_errors_speak_the_language_asked_for(api):
    assert api.get("/api/v1/products/0").json()["error"]["message"] == "Nothing was found here."
    french = api.get("/api/v1/products/0", headers={"accept-language": "fr-CA,fr;q=0.9"})
    assert (french.json()["error"]["message"], french["Content-Language"]) == ("Rien n’a été trouvé ici.", "fr")


def test_a_list_comes_page_by_page_without_gap_or_double(api, shop):
    with shop_scope(shop):
        made = [str(make_product(f"p{number}").public_id) for number in range(7)]
    seen, cursor = [], None
    for expected in (3, 3, 1):
        page = api.get("/api/v1/products", {"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        assert len(page["data"]) == expected
        seen, cursor = seen + [row["id"] for row in page["data"]], page["next"]
    assert (seen, cursor) == (made, None)


def test_a_full_last_page_has_no_next(api, shop):
    with shop_scope(shop):
        [make_product(f"p{number}") for number in range(3)]
    assert api.get("/api/v1/products", {"limit": 3}).json()["next"] is None


def test_a_row_that_comes_in_while_paging_is_seen_at_the_end(api, shop):
    with shop_scope(shop):
        [make_product(f"p{number}") for number in range(3)]
    first = api.get("/api/v1/products", {"limit": 2}).json()
    with shop_scope(shop):
        make_product("late")
    rest = api.get("/api/v1/products", {"limit": 9, "cursor": first["next"]}).json()
    assert [row["external_id"] for row in rest["data"]] == ["p2", "late"]


def test_a_cursor_is_opaque_and_good_for_its_own_list_and_shop(api, shop, other_shop, caller, rows):
    with shop_scope(shop):
        make_product("p2")
        make_order("o2")
    cursor = api.get("/api/v1/products", {"limit": 1}).json()["next"]
    assert str(rows["ours"]["products"].pk) not in (cursor, cursor[-1:])
    wrong = (
        api.get("/api/v1/orders", {"cursor": cursor}),
        api.get("/api/v1/products", {"cursor": cursor, "search": "x"}),
        api.get("/api/v1/products", {"cursor": cursor[:-6] + "AAAAA="}),
        api.get("/api/v1/products", {"cursor": ""}),
        api.get("/api/v1/products", {"cursor": "é\0"}),
        caller(other_shop).get("/api/v1/products", {"cursor": cursor}),
    )
    assert [error(response) for response in wrong] == [(400, "bad_cursor")] * len(wrong)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "ten", "", "1e2", "9" * 30, "٣"])
def test_a_limit_out_of_bounds_says_what_to_write(api, limit):
    response = api.get("/api/v1/products", {"limit": limit})
    assert error(response) == (400, "invalid")
    assert response.json()["error"]["fields"] == {"limit": ["Enter a whole number from 1 to 200."]}


def test_orders_are_found_by_kind(api, shop, rows):
    with shop_scope(shop):
        make_order("r1", kind="refund")
    assert [row["external_id"] for row in api.get("/api/v1/orders", {"kind": "refund"}).json()["data"]] == ["r1"]
    assert error(api.get("/api/v1/orders", {"kind": "x"})) == (400, "invalid")


def test_products_are_found_by_a_word_of_their_title(api, shop):
    with shop_scope(shop):
        titles = {"a": "Red lamp", "b": "Blue chair"}
        store_products(
            [
                ProductDraft(external_id=id_, title=title, price=Decimal(9), currency="EUR")
                for id_, title in titles.items()
            ]
        )
    assert [row["external_id"] for row in api.get("/api/v1/products", {"search": "LAMP"}).json()["data"]] == ["a"]


def test_each_answer_says_what_is_left(api, monkeypatch):
    monkeypatch.setattr(limits, "REFILL", NOTHING)
    first, second = api.get("/api/v1/shop"), api.get("/api/v1/products/0")
    assert (first["X-RateLimit-Limit"], first["X-RateLimit-Remaining"]) == ("300", "299")
    assert second["X-RateLimit-Remaining"] == "298"
    assert int(second["X-RateLimit-Reset"]) == 2 / NOTHING
    assert first["Cache-Control"] == "no-store"


def test_a_bucket_says_in_seconds_when_it_is_full_and_when_one_more_call_is_let_in():
    turn = limits.Turn(is_allowed=True, left=298.4, most=300, refill=5.0)
    assert turn.headers() == {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "298", "X-RateLimit-Reset": "1"}
    assert limits.Turn(is_allowed=False, left=0.2, most=300, refill=0.1).wait_seconds == 8


def test_too_many_calls_wait(api, monkeypatch):
    monkeypatch.setattr(limits, "CALLS", 2)
    monkeypatch.setattr(limits, "REFILL", NOTHING)
    answers = [api.get("/api/v1/shop") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert error(answers[2]) == (429, "too_often")
    assert int(answers[2]["Retry-After"]) == 1 / NOTHING
    assert answers[2]["X-RateLimit-Remaining"] == "0"


def test_one_token_does_not_spend_anothers_calls(shop, caller, monkeypatch):
    monkeypatch.setattr(limits, "CALLS", 1)
    monkeypatch.setattr(limits, "REFILL", NOTHING)
    first, second = caller(shop), caller(shop)
    assert [c.get("/api/v1/shop").status_code for c in (first, first, second)] == [200, 429, 200]


def test_a_bucket_fills_again(db, monkeypatch):
    monkeypatch.setattr(limits, "CALLS", 1)
    monkeypatch.setattr(limits, "REFILL", 1e7)
    assert [limits.take_turn("x").is_allowed for _ in range(3)] == [True, True, True]


def test_without_redis_calls_are_counted_in_this_process(api, monkeypatch, settings):
    monkeypatch.setattr(limits, "CALLS", 2)
    monkeypatch.setattr(limits, "REFILL", NOTHING)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert [api.get("/api/v1/shop").status_code for _ in range(3)] == [200, 200, 429]


def test_the_database_away_is_said_as_such(api, monkeypatch):
    from django.db import OperationalError  # noqa: PLC0415

    def away(*_):
        raise OperationalError("gone")

    api.raise_request_exception = False
    monkeypatch.setattr("shopconnect.shops.selectors.shop_profile", away)
    response = api.get("/api/v1/shop")
    assert error(response) == (503, "database_away")
    assert "Retry-After" in response
    assert json.loads(response.content)["error"]["message"]


def test_the_paths_are_those_of_the_site():
    assert get_resolver().resolve("/api/v1/products").view_name == "rest:products"


@pytest.mark.parametrize("limit", ["0", "201", "0000000501000", "9" * 5000, "+5", "٥"])
def test_no_page_is_larger_than_may_be_asked_for(api, limit):
    assert error(api.get("/api/v1/products", {"limit": limit})) == (400, "invalid")


def test_a_body_that_is_too_large_is_refused_in_our_shape(api, shop):
    answer = api.put("/api/v1/faq/fr/x", {"question": "a", "answer": "b" * 2_100_000}, content_type="application/json")
    assert error(answer) == (413, "too_large")
    with shop_scope(shop):
        assert count_entries() == {}


def test_no_part_of_a_list_that_is_too_long_is_looked_at(api):
    sent = {"question": "a", "answer": "b", "phrases": [[]] * 100_000}
    answer = api.put("/api/v1/faq/fr/x", sent, content_type="application/json")
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["phrases"])
    answer = api.put("/api/v1/rules/draft", {"rules": [{}] * 100_000, "mark": "x"}, content_type="application/json")
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["rules"])


def test_every_list_that_is_read_has_a_length():
    read = [one for one in subclasses(serializers.Serializer) if one.__name__.endswith("In")]
    lists = [field for one in read for field in one().fields.values() if isinstance(field, serializers.ListField)]
    assert len(lists) > 1
    assert [
        field.field_name for field in lists if not isinstance(field, BoundedListField) or not field.max_length
    ] == []


def subclasses(base: type) -> list[type]:
    return [found for one in base.__subclasses__() for found in (one, *subclasses(one))]


@pytest.mark.parametrize("depth", [100, 500, 900, 1_000, 2_000])
@pytest.mark.parametrize("parts", [("[", "]"), ('{"a":', "}")])
def test_a_body_however_deep_is_refused(api, depth, parts):
    deep = parts[0] * depth + "1" + parts[1] * depth
    for field in ("question", "phrases", "number"):
        for method, path in (("post", "orders/track"), ("put", "faq/fr/x"), ("put", "rules/draft"), ("post", "tests")):
            sent = f'{{"{field}": {deep}}}'
            answer = getattr(api, method)(f"/api/v1/{path}", sent, content_type="application/json")
            assert error(answer)[0] == 400, path


@pytest.mark.parametrize("body", ['{"a":' * 2000, "[" * 100_000, '{"number": "\\ud800", "email": "\\udfff"}'])
def test_a_body_that_nobody_can_read_is_refused(api, body):
    for method, path in (("post", "orders/track"), ("put", "faq/fr/x"), ("put", "rules/draft"), ("post", "tests")):
        answer = getattr(api, method)(f"/api/v1/{path}", body, content_type="application/json")
        assert error(answer)[0] == 400, path


def test_a_broken_body_is_refused_by_every_verb_that_changes_something(api):
    verbs = []
    for entry in paths:
        place = path_of(entry)
        for method in ("post", "put", "patch", "delete"):
            if hasattr(entry.callback.cls, method):
                answer = getattr(api, method)(place, "{broken", "application/json")
                verbs.append((method, place, answer.status_code, answer.json()["error"]["code"]))
    assert ("post", "/api/v1/rules/replay", 400, "parse_error") in verbs
    assert {(status, code) for *_, status, code in verbs} == {(400, "parse_error")}
