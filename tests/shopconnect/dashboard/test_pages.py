"""The merchant's pages: what each role sees, in each state, and in both languages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommender.products.models import TrainingRun
from shopconnect.accounts.types import Role
from shopconnect.billing.models import MonthUsage
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import OrderDraft, OrderKind
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.dashboard.services import home_of
from shopconnect.experiments.models import Fallback, Report, ShelfCount
from shopconnect.orders.services import store_orders
from shopconnect.sync.models import SyncRun
from tests.browser.conftest import draft
from tests.shopconnect.shops.conftest import make_member, signed_in

AT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
RESULTS = {
    "made_at": AT.isoformat(),
    "currency": "EUR",
    "covered": 0.5,
    "hold_out": None,
    "experiment": None,
    "pages": None,
    "days": [],
}
PAGES = (
    "/",
    "/suggestions/",
    "/suggestions/shown/",
    "/conversations/",
    "/shops/notices/",
    "/shops/members/",
    "/shops/tokens/",
    "/export/",
    "/shops/account/",
    "/bring-in/",
    "/prices/",
    "/results/",
    "/results/test/variety/",
    "/snippet/",
)


def run(shop, state: str = "done", bad: int = 0) -> None:
    with shop_scope(shop):
        counts = {"products": {"lines": 3, "new": 3, "changed": 0, "same": 0, "bad": bad}}
        SyncRun.objects.create(source="files", state=state, started_at=AT, finished_at=AT, counts=counts)


def stocked(shop) -> None:
    with shop_scope(shop):
        store_products([draft(number) for number in range(3)])


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("full", [False, True])
def test_an_owner_opens_every_page(shop, language, full):
    if full:
        stocked(shop)
        run(shop)
    client = signed_in(make_member(shop, Role.OWNER), headers={"accept-language": language})
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert f'<html lang="{language}">' in page
        assert " style=" not in page, path
        assert "<script>" not in page, path
        assert page.count("<h1>") == 1, path


def test_each_role_is_led_to_its_own_pages(shop):
    def led(role: Role) -> set[str]:
        page = signed_in(make_member(shop, role)).get("/").content.decode()
        return {path for path in PAGES if f'<li><a href="{path}"' in page}

    everybody = {"/", "/shops/notices/", "/shops/account/"}
    assert led(Role.SUPPORT) == everybody | {"/conversations/"}
    assert led(Role.ANALYST) == everybody | {"/suggestions/", "/results/"}
    assert led(Role.OWNER) == everybody | {
        "/suggestions/",
        "/results/",
        "/conversations/",
        "/shops/members/",
        "/shops/tokens/",
        "/export/",
    }


def test_support_sees_no_orders_and_no_learning(shop):
    stocked(shop)
    run(shop)
    page = signed_in(make_member(shop, Role.SUPPORT)).get("/").content.decode().partition('id="content"')[2]
    assert ("What did it bring in?" in page, "Customers" in page) == (False, False)
    assert signed_in(make_member(shop, Role.ANALYST)).get("/suggestions/").status_code == 200


@pytest.mark.parametrize(
    ("state", "bad", "said"),
    [
        ("done", 0, "Imported, but not shown to shoppers yet"),
        ("done", 2, "Imported, with some lines skipped"),
        ("running", 0, "Import in progress"),
        ("stopped", 0, "Import interrupted"),
    ],
)
def test_home_says_how_far_the_shop_has_come(shop, state, bad, said):
    stocked(shop)
    run(shop, state, bad)
    assert said in signed_in(make_member(shop, Role.OWNER)).get("/").content.decode()


def test_home_says_when_it_last_served_what_came_of_it_and_which_shelf_fell_back(shop):
    stocked(shop)
    run(shop)
    with shop_scope(shop):
        MonthUsage.objects.create(month=now().date().replace(day=1), meter="suggestions", count=1)
        for ago, arm, requests, clicks in ((0, "A", 40, 3), (1, "A", 60, 1), (1, "r", 500, 0), (3, "A", 30, 2)):
            day = now().date() - timedelta(days=ago)
            ShelfCount.objects.create(day=day, shelf="similar", arm=arm, requests=requests, empties=5, clicks=clicks)
        Fallback.objects.create(shelf="similar", because="empties", at=now())
        yesterday = (now().date() - timedelta(days=1)).isoformat()
        Report.objects.create(made_at=now(), figures={**RESULTS, "after_clicks": {yesterday: 2}})
    answer = signed_in(make_member(shop, Role.OWNER)).get("/")
    page = answer.content.decode()
    assert "It works" in page
    assert re.search(r"Last suggestions</dt>\s*<dd>\s*today", page)
    charts = [[row.number for row in chart.rows[:3]] for chart in charts_of(answer)]
    assert charts == [["55", "0", "25"], ["1", "0", "2"], ["2", "0", "0"]]  # yesterday, and the days before it
    assert "80 shelves shown" in page
    assert "3 clicks" in page
    assert "2 orders after a click" in page
    assert "Use over the last 28 days" in page
    assert re.search(r"A shelf shows the simple rule: [^<]+", page)


def charts_of(answer) -> list:
    return dict(answer.context["below_panels"])["experiments/use.html"]


def test_support_sees_on_home_no_figure_of_the_office(shop):
    stocked(shop)
    run(shop)
    with shop_scope(shop):
        ShelfCount.objects.create(day=now().date() - timedelta(days=1), shelf="similar", arm="A", requests=9)
    for role, templates in ((Role.ANALYST, ["experiments/use.html"]), (Role.SUPPORT, [])):
        answer = signed_in(make_member(shop, role)).get("/")
        assert [template for template, _ in answer.context["below_panels"]] == templates
        assert bool(answer.context["earned_panels"]) == (role == Role.ANALYST)


def test_home_costs_the_same_however_much_happened(shop):
    stocked(shop)
    run(shop)
    client = signed_in(make_member(shop, Role.OWNER))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    with shop_scope(shop):
        ShelfCount.objects.create(day=now().date(), shelf="similar", arm="A", requests=9)
    client.get("/")
    before = cost()
    with shop_scope(shop):
        for ago in range(1, 28):
            day = now().date() - timedelta(days=ago)
            ShelfCount.objects.create(day=day, shelf="similar", arm="A", requests=9, clicks=3)
            ShelfCount.objects.create(day=day, shelf="cart", arm="B", requests=9, clicks=3)
    assert cost() == before


@pytest.mark.parametrize("path", ["/", "/bring-in/", "/suggestions/"])
def test_the_same_two_times_stand_in_the_same_form_on_each_page(shop, path):
    stocked(shop)
    run(shop)
    with shop_scope(shop):
        TrainingRun.objects.create(state="done", started_at=AT, finished_at=AT + timedelta(minutes=7))
        TrainingRun.objects.create(state="running", started_at=now())
    page = re.sub(r"\s+", " ", signed_in(make_member(shop, Role.OWNER)).get(path).content.decode())
    assert "<dt>Last sync</dt> <dd> 23 Nov 2026, 13:05</dd>" in page  # Europe/Paris, an hour ahead
    assert '<dt>Last training</dt> <dd><span class="badge warning">in progress</span> 23 Nov 2026, 13:12</dd>' in page


def test_what_was_imported_stands_with_products_first_and_the_shop_last(shop):
    one = {"lines": 1, "new": 1, "changed": 0, "same": 0, "bad": 0}
    counts = dict.fromkeys(("shop", "stock", "gone", "orders", "products", "settings", "customers"), one)
    with shop_scope(shop):
        SyncRun.objects.create(source="files", state="done", started_at=AT, finished_at=AT, counts=counts)
    page = signed_in(make_member(shop, Role.OWNER)).get("/bring-in/").content.decode()
    titles = ["Products", "Stock history", "Customers", "Orders and refunds", "gone", "Shop details", "Settings"]
    assert re.findall(r'<th scope="row">([^<]+)', page) == titles


def test_an_empty_shop_is_shown_its_first_step(shop):
    page = signed_in(make_member(shop, Role.OWNER)).get("/").content.decode()
    assert "Nothing imported yet" in page
    assert "Import your shop" in page
    assert "0 of 4 done" in page


def test_times_are_those_of_the_shop(shop):
    stocked(shop)
    run(shop)
    page = signed_in(make_member(shop, Role.OWNER)).get("/").content.decode()
    assert "23 Nov 2026, 13:05" in page  # Europe/Paris, an hour ahead


def test_orders_are_never_up_to_date_as_of_a_time_to_come(shop):
    tonight = now() + timedelta(hours=9)
    order = OrderDraft(external_id="1041", kind=OrderKind.ORDER, placed_at=tonight, currency="EUR", lines=())
    with shop_scope(shop):
        store_orders([order])
    assert home_of(shop, Role.OWNER).last_order_at <= now()
