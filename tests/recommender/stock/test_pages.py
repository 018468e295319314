"""Owners and analysts see what runs out, what to order, and why."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from recommender.stock.advising import stock_advice, supplier_orders
from recommender.stock.learning import learn_stock
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from tests.makers import make_shop
from tests.recommender.stock.shops import stocked_shop
from tests.shopconnect.shops.conftest import make_member, signed_in

pytestmark = pytest.mark.django_db
PAGES = ("/stock/", "/stock/orders/", "/stock/lying/", "/stock/suppliers/")


@pytest.fixture
def learnt():
    shop_id = stocked_shop()
    learn_stock(shop_id)
    return shop_id


@pytest.fixture
def owner(learnt):
    return signed_in(make_member(learnt, Role.OWNER))


def seen(client, path: str) -> str:
    """What a page says, whatever keeps a variant on the line of its dash."""
    return client.get(path).content.decode().replace("–\u2060\u00a0", "– ")


def advised(shop_id, title: str):
    return next(item for item in stock_advice(shop_id).items if item.title == title)


def rows_of(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_what_runs_out_and_what_to_order_is_shown(learnt, owner):
    mug = advised(learnt, "Mug – Small")
    assert (mug.runs_out, round(mug.weekly_units), mug.out_days) == (True, 14, 15)
    page = seen(owner, "/stock/")
    assert "Mug – Small" in page
    assert "Bowl" not in page
    assert "1 item runs out within four weeks if nothing is ordered" in page
    assert "The stock of 1 item isn’t tracked" in page
    orders = seen(owner, "/stock/orders/")
    assert "Without a supplier" in orders
    assert "Delivery within 14 days is assumed." in orders
    assert "mailto:?subject=Purchase%20order&amp;body=Hello" in orders


def test_what_lies_too_long_is_shown_with_what_helps(learnt, owner):
    page = seen(owner, "/stock/lying/")
    assert "Vase" in page
    assert "Lower its price to clear it." in page
    assert "Mug – Large" in page  # 400 of them, seven a week
    assert advised(learnt, "Vase").excess_amount == Decimal(160)


def test_an_item_says_what_its_figures_rest_on(learnt, owner):
    mug = advised(learnt, "Mug – Large")
    page = seen(owner, f"/stock/items/{mug.public_id}/?variant=mug-l")
    assert "Forecast: about 7 a week over the next four weeks" in page
    assert "No supplier is set" in page
    assert page.count('<th scope="row">') >= 33  # 20 weeks known, 13 to come
    assert "Mug – Small" in page  # its other variant
    assert owner.get("/stock/items/1/").status_code == 404


def test_a_supplier_and_terms_change_what_is_ordered(learnt, owner):
    fields = {"name": "Potter", "lead_days": 28, "late_days": 7, "review_days": 7, "minimum_amount": "1 000,50"}
    assert owner.post("/stock/suppliers/add/", fields)["Location"] == "/stock/suppliers/"
    before = advised(learnt, "Mug – Small")
    terms = {"variant": "mug-s", "supplier": "Potter", "cost_amount": "3,50", "pack_size": 24, "minimum_quantity": 0}
    path = f"/stock/suppliers/items/{before.public_id}/"
    owner.post(path, terms | {"on_order": 0, "on_order_date": ""})
    after = advised(learnt, "Mug – Small")
    assert (after.supplier, after.lead_days, after.cost, after.quantity % 24) == ("Potter", 28, Decimal("3.50"), 0)
    assert after.quantity > before.quantity
    assert "minimum order is €1,000.50" in seen(owner, "/stock/orders/")
    coming = (now() + timedelta(days=3)).date().isoformat()
    owner.post(path, terms | {"on_order": 200, "on_order_date": coming})
    assert advised(learnt, "Mug – Small").quantity == 0
    refused = owner.post(path, terms | {"on_order": 5, "on_order_date": ""})
    assert refused.status_code == 400
    assert "the date on which the open order is expected" in refused.content.decode()
    assert 'name="on_order" type="number" min="0" max="1000000" required value="5"' in refused.content.decode()


def test_a_budget_pays_what_brings_most_first(learnt, owner):
    owner.post("/stock/suppliers/settings/", usual(budget_amount="1"))
    _advice, orders = supplier_orders(learnt)
    assert [line.title for order in orders for line in order.lines] == []
    assert "Over budget" in seen(owner, "/stock/orders/")


def test_settings_out_of_bounds_are_told(owner):
    said = owner.post("/stock/suppliers/settings/", usual(lead_days="-1", budget_amount="900"))
    assert said.status_code == 400
    assert "Enter a number of days from 0 to 180." in said.content.decode()
    assert 'value="900"' in said.content.decode()
    said = owner.post("/stock/suppliers/settings/", usual(a_percent="50"))
    assert "Choose one of the settings." in said.content.decode()


def test_a_supplier_that_is_refused_keeps_what_was_typed(owner):
    fields = {"name": "Potter", "lead_days": 28, "late_days": 7, "review_days": 7, "minimum_amount": "much"}
    said = owner.post("/stock/suppliers/add/", fields)
    assert said.status_code == 400
    page = said.content.decode()
    assert page.count('role="alert"') == 1
    assert all(f'value="{typed}"' in page for typed in ("Potter", "28", "much"))


def usual(**fields: str) -> dict[str, str]:
    days = {"lead_days": "14", "late_days": "4", "review_days": "7"}
    return days | {"a_percent": "98", "b_percent": "95", "c_percent": "90", "budget_amount": ""} | fields


def test_files_are_handed_out_safely(learnt, owner):
    (line,) = rows_of(owner.get("/stock/orders.csv"))
    assert (line["Product"], line["SKU"], line["Unit cost"]) == ("Mug – Small", "MUG-S", "4.00")
    items = {row["Product"]: row for row in rows_of(owner.get("/stock/items.csv"))}
    assert items["Mug – Large"]["SKU"] == "'=MUG-L"
    assert items["Lamp"]["Stock"] == ""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_table_goes_out_and_comes_back_filled_in(learnt, owner, language):
    owner.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    text = b"".join(owner.get("/stock/terms.csv").streaming_content).decode()
    assert seen(owner, "/stock/suppliers/").count("Potter") == 0
    filled = text.replace("mug-s,MUG-S,Mug – Small,,4.00,1,0,0,", "mug-s,MUG-S,Mug – Small,Potter,4.10,12,24,0,")
    assert filled != text
    sent = owner.post("/stock/terms/", {"table": SimpleUploadedFile("t.csv", filled.encode())}, follow=True)
    assert sent.status_code == 200
    mug = advised(learnt, "Mug – Small")
    assert (mug.supplier, mug.cost, mug.terms.pack_size, mug.terms.minimum_quantity) == (
        "Potter",
        Decimal("4.1"),
        12,
        24,
    )
    assert advised(learnt, "Bowl").terms.cost_amount is None  # it is the platform's own
    owner.post("/stock/terms/", {"table": SimpleUploadedFile("t.csv", text.encode())})
    assert advised(learnt, "Mug – Small").terms.cost_amount is None  # and so is this one's again


def test_bad_lines_of_a_table_are_named_and_the_others_taken(learnt, owner):
    table = "SKU;Minimum quantity;On order;Expected on\nMUG-S;6;;\nnone;1;;\n=MUG-L;x;;\nMUG-S;1;5;soon\n"
    sent = owner.post("/stock/terms/", {"table": SimpleUploadedFile("t.csv", table.encode())}, follow=True)
    page = sent.content.decode()
    assert "3 lines were skipped. The first is line 3: No product of the shop has this ID or SKU." in page
    assert advised(learnt, "Mug – Small").terms.minimum_quantity == 6
    other = owner.post("/stock/terms/", {"table": SimpleUploadedFile("t.csv", b"a,b\n1,2\n")}, follow=True)
    assert "The file needs a column" in other.content.decode()


@pytest.mark.parametrize(
    ("weeks", "learns", "said"),
    [(0, False, "No sales yet"), (3, False, "Forecasts are being calculated"), (3, True, "3 weeks of sales so far")],
)
def test_what_is_missing_is_said(weeks, learns, said):
    shop_id = stocked_shop("early", weeks) if weeks else make_shop("early")
    if learns:
        learn_stock(shop_id)
    client = signed_in(make_member(shop_id, Role.OWNER))
    for path in PAGES[:3]:
        assert said in seen(client, path)


def test_an_analyst_sees_and_changes_nothing_and_support_sees_nothing(learnt):
    analyst = signed_in(make_member(learnt, Role.ANALYST))
    assert all(analyst.get(path).status_code == 200 for path in PAGES)
    assert "Add the supplier" not in seen(analyst, "/stock/suppliers/")
    assert analyst.post("/stock/suppliers/settings/", usual(lead_days="3")).status_code == 403
    support = signed_in(make_member(learnt, Role.SUPPORT))
    assert all(support.get(path).status_code == 403 for path in PAGES)


def test_another_shop_sees_nothing_of_it(learnt):
    stranger = signed_in(make_member(stocked_shop("second", bowl=5), Role.OWNER))
    assert "Mug" not in seen(stranger, "/stock/")
    mug = advised(learnt, "Mug – Small")
    assert stranger.get(f"/stock/items/{mug.public_id}/").status_code == 404
    terms = {"variant": "mug-s", "supplier": "", "pack_size": 9, "minimum_quantity": 9, "on_order": 0}
    stranger.post(f"/stock/suppliers/items/{mug.public_id}/", terms)
    assert advised(learnt, "Mug – Small").terms.pack_size == 1
