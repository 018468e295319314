"""The demo's people, how they come in, and the removal of the invented shop."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from shopconnect.accounts.models import Membership, SignIn, User
from shopconnect.catalog.services import store_products
from shopconnect.core.cache.memory import Memory
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.errors import Missing
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo import people
from shopconnect.shops.models import Organisation, Shop
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets import services
from tests.browser.conftest import draft
from tests.makers import make_shop
from tests.shopconnect.shops.conftest import make_member, roles_of, signed_in


@pytest.fixture
def invented(db: None) -> ShopId:
    """The invented shop with its people, a few products and a picture."""
    shop_id = make_shop("demo")
    with shop_scope(shop_id):
        store_products([draft(number) for number in range(3)])
    default_storage.save(f"shop/{shop_id}/images/images/p0.svg", ContentFile(b"<svg/>"))
    call_command("demo_accounts", "demo")
    return shop_id


def counts() -> tuple[int, int, int]:
    return Shop.objects.count(), User.objects.count(), Membership.objects.count()


def test_the_demos_people_are_made_once(invented):
    before = counts()
    call_command("demo_accounts", "demo")
    assert counts() == before == (1, 5, 4)
    agents = dict.fromkeys(("support@demo.example", "lea@demo.example", "noah@demo.example"), "support")
    assert roles_of(invented) == {"owner@demo.example": "owner"} | agents
    assert User.objects.get(email="operator@demo.example").is_staff
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_outside_the_demo_there_are_no_such_people_and_doors(shop, settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_accounts", "first")
    assert Client().get("/demo/").status_code == 404
    assert Client().post("/demo/", {"part": "owner"}).status_code == 404
    assert User.objects.count() == 0


def test_a_shop_of_another_name_is_not_called_invented(shop):
    call_command("demo_accounts", "first")
    assert not Shop.objects.get().is_demo
    with pytest.raises(CommandError):
        call_command("demo_accounts", "nowhere")


@pytest.mark.parametrize(
    ("language", "step"), [("en", "Try it with your own shop"), ("fr", "Essayer avec votre boutique")]
)
def test_whoever_looks_around_is_led_to_an_account_of_their_own(invented, language, step):
    client = Client(headers={"accept-language": language})
    assert step in client.get("/").content.decode()
    client.post("/demo/", {"part": "owner"})
    assert step in client.get("/").content.decode()
    answer = client.post("/demo/", {"part": "merchant"}, follow=True)
    assert answer.redirect_chain == [("/accounts/signup/", 302)]
    assert 'name="password1"' in answer.content.decode()


@pytest.mark.parametrize(("part", "leads_to"), [("owner", "/"), ("support", "/"), ("operator", "/operation/")])
def test_one_click_signs_in(invented, part, leads_to):
    client = Client()
    answer = client.post("/demo/", {"part": part})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert client.get(leads_to).status_code == 200
    assert SignIn.objects.get().way == "demo"


@pytest.mark.parametrize("part", ["shopper", "admin", "", "admin\0", "x" * 100_000])
def test_nobody_else_is_signed_in(invented, part):
    assert Client().post("/demo/", {"part": part}).status_code == 404
    assert not SignIn.objects.exists()


def test_signing_in_needs_the_page(invented):
    assert Client(enforce_csrf_checks=True).post("/demo/", {"part": "owner"}).status_code == 403


def test_the_invented_shop_says_so_on_its_pages(invented, other_shop):
    client = Client()
    client.post("/demo/", {"part": "owner"})
    assert "This shop is fictional" in client.get("/shops/members/").content.decode()
    owner = make_member(other_shop, "owner", "o@example.com")
    assert "This shop is fictional" not in signed_in(owner).get("/").content.decode()


def test_removal_says_first_what_goes(invented):
    client = Client()
    client.post("/demo/", {"part": "owner"})
    assert "<dt>Products</dt><dd>3</dd>" in client.get("/demo/remove/").content.decode()
    assert not Due.objects.filter(kind="remove_demo").exists()
    assert client.post("/demo/remove/").status_code == 200
    assert Due.objects.filter(kind="remove_demo", shop_id=invented).exists()


def test_an_invented_shop_goes_with_its_people_and_may_come_again(invented, shop):
    assert people.remove_demo_shop(invented) > 3
    assert list(Shop.objects.values_list("slug", flat=True)) == ["first"]
    assert list(User.objects.values_list("email", flat=True)) == []
    assert not default_storage.exists(f"shop/{invented}/images/images/p0.svg")
    with shop_scope(shop):
        assert Organisation.objects.count() == 1
    again = make_shop("demo")
    call_command("demo_accounts", "demo")
    assert roles_of(again)["owner@demo.example"] == "owner"


@pytest.mark.django_db(transaction=True)
def test_with_the_shop_its_storefront_and_its_loader_go_at_once(invented):
    key, visitor = keys_of_shop(invented, KeyKind.WIDGET)[0], Client()
    for path in (f"/w/{key}.js", "/storefront/demo/fr/"):
        assert visitor.get(path).status_code == 200
    people.remove_demo_shop(invented)
    for path in (f"/w/{key}.js", f"/w/{key}/shelf", "/storefront/demo/fr/"):
        assert visitor.get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_loader_goes_at_once_though_another_process_removed_the_shop(invented, monkeypatch):
    path = f"/w/{keys_of_shop(invented, KeyKind.WIDGET)[0]}.js"
    assert Client().get(path).status_code == 200
    elsewhere = Memory(services.load_front, versions=CacheVersions("fronts"), is_shared=True)
    monkeypatch.setattr(services, "fronts", elsewhere)
    people.remove_demo_shop(invented)
    assert Client().get(path).status_code == 404


def test_once_the_shop_has_gone_the_first_page_is_the_sites_own(invented):
    people.remove_demo_shop(invented)
    answer = Client().get("/")
    assert [one.name for one in answer.templates][:1] == ["dashboard/front.html"]
    page = answer.content.decode()
    assert 'href="/accounts/login/"' in page
    assert 'href="/accounts/signup/"' in page


def test_the_demos_operator_stays_as_long_as_an_invented_shop_does(invented):
    make_shop("demo-shopify")
    people.remove_demo_shop(invented)
    assert list(User.objects.values_list("email", flat=True)) == ["operator@demo.example"]


def test_nothing_of_the_removed_shop_is_left_in_any_table(invented):
    people.remove_demo_shop(invented)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.shop_id', %s, false)", [str(invented)])
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'shop_id' "
            "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        left = []
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{name}" WHERE shop_id = %s', [invented])
            left += [name] * cursor.fetchone()[0]
        cursor.execute("SELECT set_config('app.shop_id', '', false)")
    assert left == []


def test_only_the_owner_of_an_invented_shop_removes_it(invented, shop):
    for client in (
        signed_in(make_member(shop, "owner", "real@example.com")),
        signed_in(User.objects.get(email="support@demo.example")),
    ):
        assert client.get("/demo/remove/").status_code == 403
        assert client.post("/demo/remove/").status_code == 403
    assert not Due.objects.filter(kind="remove_demo").exists()
    assert people.remove_demo_shop(shop) == 0
    assert Shop.objects.count() == 2


@pytest.mark.parametrize("function", ["erase_shop(%s)", "erase_shop_slice(%s, 10)"])
def test_the_database_itself_refuses_to_erase_a_real_shop_or_from_outside(invented, shop, function):
    def erase(erased: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}", [erased])

    with pytest.raises(ProgrammingError, match="invented"), transaction.atomic(), shop_scope(shop):
        erase(shop)
    with pytest.raises(ProgrammingError, match="own scope"), transaction.atomic(), shop_scope(shop):
        erase(invented)
    with pytest.raises(ProgrammingError, match="own scope"), transaction.atomic():
        erase(invented)
    assert Shop.objects.count() == 2


def test_an_unknown_part_has_no_account(db):
    with pytest.raises(Missing):
        people.find_demo_account(people.DemoPart.OWNER)
