"""How far a first sync is, as a merchant reads it: in both languages, at each step, whatever holds it up."""

import re
from datetime import timedelta
from secrets import token_hex

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopconnect.accounts.types import Role
from shopconnect.connectors.base import ResourceType
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import installs
from shopconnect.shops.models import Install
from shopconnect.sync import watermarks
from shopconnect.sync.models import Backfill, Watermark
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import installed, outside, told, work_through  # noqa: F401
from tests.shopconnect.sync.outside import TOKENS

NO_BREAK, NARROW = "\u00a0", "\u202f"


def put(shop_id: ShopId, thing: ResourceType, **fields: object) -> None:
    with shop_scope(shop_id):
        Backfill.objects.filter(resource=thing).update(**{"moved_at": now(), **fields})


def page(shop_id: ShopId, path: str = "/", language: str = "en", role: Role = Role.OWNER) -> str:
    member = make_member(shop_id, role, f"{token_hex(4)}@example.com")
    text = signed_in(member, headers={"accept-language": language}).get(path).content.decode()
    return re.sub("[ \n]+", " ", text.replace(NARROW, NO_BREAK))


@pytest.mark.parametrize("path", ["/", "/bring-in/"])
@pytest.mark.parametrize(
    ("fields", "english", "french"),
    [
        ({"state": "waiting"}, "up next", "à suivre"),
        ({"state": "asked"}, "preparing the list", "préparation de la liste"),
        ({"state": "asked", "total": 1200}, "1,200 found so far", "déjà 1\u00a0200 trouvés"),
        ({"state": "downloaded", "total": 20000}, "20,000 left to import", "20\u00a0000 à importer"),
        (
            {"state": "downloaded", "total": 20000, "count": 12400},
            "12,400 of 20,000 imported",
            "12\u00a0400 sur 20\u00a0000",
        ),
        ({"state": "paged", "total": 20000}, "20,000 left to import", "20\u00a0000 à importer"),
        (
            {"state": "paged", "total": 20000, "count": 12400},
            "12,400 of 20,000 imported",
            "12\u00a0400 sur 20\u00a0000",
        ),
        ({"state": "paged", "count": 12400}, "12,400 imported so far", "12\u00a0400 pour l’instant"),
        ({"state": "done", "count": 20000}, "all 20,000 imported", "20\u00a0000 importés"),
        ({"state": "done"}, "none", "aucun élément"),
        (
            {"state": "asked", "blocker": "sign_in"},
            "open ShopConnect from Shopify",
            "ouvrez ShopConnect depuis Shopify",
        ),
        (
            {"state": "asked", "blocker": "away", "again_at": now()},
            "Shopify isn’t responding.",
            "Shopify ne répond pas.",
        ),
        (
            {"state": "waiting", "blocker": "refused", "detail": "Access denied", "again_at": now()},
            "Shopify is refusing access: “Access denied”",
            f"Shopify refuse l’accès{NO_BREAK}: «{NO_BREAK}Access denied{NO_BREAK}»",
        ),
        (
            {"state": "written", "blocker": "broken"},
            "Something went wrong on our side",
            "Un problème est survenu de notre côté",
        ),
        ({"state": "asked", "moved_at": now() - timedelta(hours=1)}, "Nothing new since", "Rien de nouveau depuis le"),
    ],
)
def test_each_step_is_told_in_words(installed, path, fields, english, french):  # noqa: F811
    put(installed, ResourceType.PRODUCT, **fields)
    assert english in page(installed, path)
    assert french in page(installed, path, "fr")


def test_home_says_that_a_shop_is_coming_in_and_then_that_all_is_in(installed, outside):  # noqa: F811
    before = page(installed)
    assert "Import in progress" in before
    assert 'data-reload-seconds="5"' in before
    work_through(installed)
    after = page(installed)
    assert "Imported, but not shown to shoppers yet" in after
    assert "Next, the model is trained on your orders." in after
    assert after.count("data-reload-seconds") == 1
    assert "all 60 imported" in page(installed, "/bring-in/")


def test_a_bar_is_full_when_all_is_in_however_little_there_is(installed):  # noqa: F811
    put(installed, ResourceType.PRODUCT, state="downloaded", count=5, total=20)
    put(installed, ResourceType.CUSTOMER, state="done", count=0, total=0)
    shown = page(installed)
    assert '<progress aria-label="Products" max="20" value="5">' in shown
    assert '<progress aria-label="Customers" max="1" value="1">' in shown


def test_what_is_held_up_is_tried_again_at_a_click(installed, outside):  # noqa: F811
    outside.tell(failures=[{"call": "start_bulk", "permanent": True}])
    work_through(installed)
    assert "On hold" in page(installed)
    assert "Try again now" in page(installed, "/bring-in/")
    outside.tell(failures=[])
    for role, status in ((Role.SUPPORT, 403), (Role.OWNER, 302)):
        assert (
            signed_in(make_member(installed, role, f"{role}@again.example")).post("/bring-in/again/").status_code
            == status
        )
    work_through(installed)
    assert "Imported, but not shown to shoppers yet" in page(installed)
    assert signed_in(make_member(installed, Role.OWNER)).get("/bring-in/again/").status_code == 405


def test_a_shop_that_is_signed_out_is_told_so_first(installed):  # noqa: F811
    with shop_scope(installed):
        Install.objects.update(needs_sign_in_at=now())
    shown = page(installed)
    assert "Sign in again" in shown
    assert "ShopConnect has had no access to Shopify since" in shown


def test_a_shop_of_files_is_shown_no_platform(shop):
    assert "data-reload-seconds" not in page(shop)
    assert "Import your files" in page(shop, "/bring-in/")


def test_the_pages_cost_the_same_however_much_comes_in(installed, outside):  # noqa: F811
    client = signed_in(make_member(installed, Role.OWNER))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/bring-in/").status_code == 200
        return len(queries)

    client.get("/bring-in/")
    before = cost()
    outside.tell(product=200)
    work_through(installed)
    assert cost() == before


def test_what_the_pages_know_of_an_install_is_asked_of_the_database_alone(installed, shop):  # noqa: F811
    with shop_scope(installed):
        found = installs.find_install()
    assert (found.platform, found.external_id, found.scopes, found.needs_sign_in_at) == (
        "shopify",
        "out.myshopify.com",
        TOKENS.scopes,
        None,
    )
    with shop_scope(shop):
        assert installs.find_install().scopes == ()
    installs.uninstall_shop(installed, None)
    with shop_scope(installed):
        assert installs.find_install() is None
    assert not Due.objects.filter(shop_id=installed, kind="push_change").exists()


@pytest.mark.parametrize("path", ["/", "/bring-in/"])
@pytest.mark.parametrize(
    ("fields", "english", "french"),
    [
        ({"blocker": "away"}, "Shopify hasn’t responded since", "Shopify ne répond plus depuis le"),
        ({"blocker": "refused", "detail": "Access denied"}, ": “Access denied”", "refuse l’accès depuis le"),
        ({}, "The problem is on our side", "Le problème vient de notre côté"),
    ],
)
def test_a_shop_that_cannot_be_compared_says_since_when_and_what_follows(installed, path, fields, english, french):  # noqa: F811
    with shop_scope(installed):
        Backfill.objects.update(state="done")
        watermarks.watch_from(ResourceType.ORDER, now())
    assert "Not up to date" not in page(installed)
    with shop_scope(installed):
        Watermark.objects.update(moved_at=now() - timedelta(hours=1), **fields)
    told_so = page(installed, path)
    assert english in told_so
    assert "everything comes in automatically once it works" in told_so
    assert french in page(installed, path, "fr")
