"""Pages of no room: the operation, the language, what is not there; and the stylesheet of all."""

import pytest
from django.test import Client
from django.utils.translation import trans_real

from shopconnect.accounts.types import Role
from tests.servers import ROOT
from tests.shopconnect.shops.conftest import make_member, make_person, signed_in


def test_only_operators_see_the_operation(shop):
    assert signed_in(make_member(shop, Role.OWNER)).get("/operation/").status_code == 404
    operator = make_person("operator@example.com", is_staff=True)
    answer = signed_in(operator).get("/operation/")
    assert answer.status_code == 200
    assert signed_in(operator).get("/")["Location"] == "/operation/"


def test_a_new_account_is_shown_only_ways_that_lead_somewhere_and_operators_what_is_missing(db, settings):
    newcomer, operator = (
        signed_in(make_person(f"{name}@example.com", is_staff=name == "operator")) for name in ("ada", "operator")
    )
    page, status = newcomer.get("/").content.decode(), operator.get("/operation/").content.decode()
    assert "Connect a Shopify shop" not in page
    assert page.count('class="button primary"') == 1 == page.count('primary" href="/woocommerce/connect"')
    assert "SHOPIFY_APP_HANDLE" in status
    operator.cookies["shopconnect_language"] = "fr"
    assert "Les nouveaux comptes ne voient pas comment" in operator.get("/operation/").content.decode()
    settings.SHOPIFY_APP_HANDLE = "shopconnect"
    page, status = newcomer.get("/").content.decode(), operator.get("/operation/").content.decode()
    assert 'class="button primary" href="https://apps.shopify.com/shopconnect"' in page
    assert "SHOPIFY_APP_HANDLE" not in status


def test_a_page_that_is_not_there_says_so_in_our_look(shop):
    answer = signed_in(make_member(shop, Role.OWNER)).get("/nowhere/")
    assert answer.status_code == 404
    assert "There’s nothing at this address." in answer.content.decode()


def test_languages_that_we_do_not_speak_leave_nothing_in_memory(db):
    known = set(trans_real._translations)
    for number in range(3):
        answer = Client().post("/language/", {"language": f"xx-{number}", "next": "/demo/"})
        assert (answer.status_code, answer["Location"]) == (302, "/demo/")
        assert not answer.cookies
    assert set(trans_real._translations) - known <= {"en", "fr"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 302),
        ({"language": "fr\0\0", "next": "/demo/"}, 302),
        ({"language": "f" * 100_000}, 302),
        ({"language": "fr", "next": "https://elsewhere.example/"}, 400),
        ({"language": "fr", "next": "\\\\elsewhere.example"}, 400),
        ({"language": "fr", "next": "/" + "x" * 100_000}, 400),
    ],
)
def test_a_choice_of_language_leads_nowhere_else(db, sent, status):
    answer = Client().post("/language/", sent)
    assert answer.status_code == status
    assert answer.get("Location", "/").startswith("/")


def test_the_stylesheet_stays_light():
    sheet = ROOT / "shopconnect" / "ui" / "static" / "ui" / "app.css"
    assert sheet.stat().st_size < 25_000
