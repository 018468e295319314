"""A merchant connects a shop: a yes in the shop, a key that is tried there, and what is said where it goes wrong."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation

from shopconnect.accounts.types import Role
from shopconnect.connectors.types import AccessEnded
from shopconnect.connectors.woocommerce.platform import WooCommerce
from shopconnect.core import http
from shopconnect.core.clock import now
from shopconnect.platforms.woocommerce import services
from shopconnect.platforms.woocommerce.models import Approval
from shopconnect.shops import installs
from shopconnect.shops.models import Shop
from tests.connectors.woocommerce.sources import WooSource
from tests.doubles.woocommerce.errors import cannot_view
from tests.shopconnect.platforms.woocommerce.merchants import HOME, answer_in_shop, connect, link_of, name_shop
from tests.shopconnect.shops.conftest import make_person, roles_of, signed_in

pytestmark = pytest.mark.usefixtures("nobody_is_woken")
NOT_OURS = "started in another browser"


def text(page) -> str:
    return page.content.decode()


def state_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["user_id"][0]


def test_who_says_yes_in_the_shop_owns_it_here(tea, ada, posted):
    page = name_shop(ada, f"https://{tea.name}/wp-admin/index.php?page=1")
    link = link_of(page)
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert (query["app_name"], query["scope"]) == ("ShopConnect", "read_write")
    assert (query["return_url"], query["callback_url"]) == (f"{HOME}/woocommerce/return", f"{HOME}/woocommerce/keys")
    assert ada.get(answer_in_shop(tea, link), secure=True)["Location"] == "/"
    shop_id = installs.find_installed("woocommerce", tea.name)
    assert roles_of(shop_id) == {"ada@example.com": Role.OWNER}
    assert [status for _, status in posted] == [200]
    assert installs.connection_of(shop_id).read_shop().name == tea.name
    assert not Approval.objects.exists()
    assert "Your shop is connected" in text(ada.get("/", secure=True))


def test_who_comes_from_the_plugin_without_an_account_goes_on_with_that_shop_once_there_is_one(tea):
    browser = Client()
    page = text(browser.get("/woocommerce/connect", {"site": "https://tea.example.com"}, secure=True))
    assert "/accounts/signup/?next=/woocommerce/connect%3Fsite%3Dhttps%253A%252F%252Ftea.example.com" in page
    browser.force_login(make_person("ada@example.com"))
    there = browser.get("/", secure=True)["Location"]
    assert there == "/woocommerce/connect?site=https%3A%2F%2Ftea.example.com"
    assert 'value="https://tea.example.com"' in text(browser.get(there, secure=True))
    assert browser.get("/", secure=True).status_code == 200  # once: there are other ways to a shop


def test_the_first_steps_lead_there(db, ada):
    assert 'href="/woocommerce/connect"' in text(ada.get("/", secure=True))


def test_nobody_without_an_account_has_a_shop_looked_at(tea):
    page = Client().post("/woocommerce/connect", {"site": tea.name}, secure=True)
    assert (page.status_code, tea.asked, Approval.objects.count()) == (200, [], 0)


@pytest.mark.parametrize(
    "site",
    ["", "tea", "ftp://tea.example.com", "https://10.0.0.1", "https://[::1]/", "tea.example.com:8443", "a@tea.example"]
    + ["https://tea.example.com/../x", "https://tea example.com", "x" * 250 + ".com", "https://[", "localhost"],
)
def test_what_is_no_address_of_a_shop_is_not_looked_at(tea, ada, site):
    assert "Enter the address your shoppers see" in text(name_shop(ada, site))
    assert tea.asked == []


OBSTACLES = {
    "firewall": ("A firewall or a security plugin", "Un pare-feu ou une extension de sécurité"),
    "plain": ("plain permalinks", "permaliens simples"),
    "http": ("doesn’t use https yet", "n’est pas encore en https"),
    "moved": ("redirects to another one", "redirige vers une autre"),
    "none": ("find WooCommerce", "trouvons pas WooCommerce"),
    "away": ("can’t reach your shop", "n’arrivons pas à joindre"),
}


def put_in_the_way(what: str, source: WooSource, offer) -> None:
    shop = source.double_shop
    if what == "firewall":
        shop.wall = 403
    elif what == "plain":
        shop.has_plain_permalinks = True
    elif what == "http":
        offer(WooCommerce(source.platform.origin.replace("http:", "https:")))
    elif what == "moved":
        shop.store.home = "https://other.example.com"
    elif what == "none":
        shop.name = "elsewhere.example.com"
    else:
        offer(WooCommerce("https://127.0.0.1:1/{shop}"))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("what", OBSTACLES)
def test_what_keeps_a_shop_from_being_connected_is_said_before_anybody_is_sent_there(
    tea, source, offer, what, language
):
    ada = signed_in(make_person("ada@example.com", language=language), headers={"Accept-Language": language})
    put_in_the_way(what, source, offer)
    page = text(ada.post("/woocommerce/connect", {"site": "tea.example.com"}, secure=True))
    assert OBSTACLES[what][language == "fr"] in page
    assert not Approval.objects.exists()


def test_a_shop_whose_addresses_begin_with_http_is_told_so(tea, ada):
    tea.store.home = "http://tea.example.com"
    assert "https yet" in text(name_shop(ada, tea.name))


def test_a_name_that_leads_into_our_own_network_is_not_asked(tea, ada):
    http.configure(allow_loopback=False)
    try:
        assert "redirects to another one" in text(name_shop(ada, tea.name))
        assert tea.asked == []
    finally:
        http.configure(allow_loopback=True)


def test_a_name_that_leads_there_only_later_is_sent_no_key(tea, ada):
    there = answer_in_shop(tea, link_of(name_shop(ada, tea.name)))
    tea.asked.clear()
    http.configure(allow_loopback=False)
    try:
        assert ada.get(there, secure=True).status_code == 409
        assert tea.asked == []
    finally:
        http.configure(allow_loopback=True)
    assert Shop.objects.count() == 0


def test_a_shop_that_sends_us_elsewhere_is_not_followed(tea, ada):
    tea.failures = [(301, {"Location": "https://169.254.169.254/wp-json/"}, b"")]
    assert "redirects to another one" in text(name_shop(ada, tea.name))


@pytest.mark.parametrize(
    ("language", "said"), [("en", "You declined in your shop"), ("fr", "Vous avez refusé dans votre boutique")]
)
def test_a_no_in_the_shop_connects_nothing(tea, language, said):
    ada = signed_in(make_person("ada@example.com", language=language), headers={"Accept-Language": language})
    page = connect(ada, tea, "deny")
    assert said in text(page)
    assert (Shop.objects.count(), Approval.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "couldn’t send us its key"), ("fr", "n’a pas pu nous envoyer sa clé")]
)
def test_a_key_that_never_came_is_told_with_what_the_host_must_let_out(tea, language, said):
    ada = signed_in(make_person("ada@example.com", language=language), headers={"Accept-Language": language})
    state = state_of(link_of(name_shop(ada, tea.name)))
    page = text(ada.get("/woocommerce/return", {"success": "1", "user_id": state}, secure=True))
    assert said in page
    assert "shopconnect.example" in page


def later(monkeypatch) -> None:
    monkeypatch.setattr(services, "now", lambda: now() + services.APPROVAL_LASTS + timedelta(seconds=1))


def test_an_approval_that_took_too_long_connects_nothing(tea, ada, monkeypatch):
    there = answer_in_shop(tea, link_of(name_shop(ada, tea.name)))
    later(monkeypatch)
    assert NOT_OURS in text(ada.get(there, secure=True))
    assert Shop.objects.count() == 0


def test_a_key_that_comes_too_late_is_refused_and_the_shop_removes_it(tea, ada, posted, monkeypatch):
    link = link_of(name_shop(ada, tea.name))
    later(monkeypatch)
    with pytest.raises(KeyError):  # the shop's own page says so, and sends nobody back
        answer_in_shop(tea, link)
    assert ([status for _, status in posted], list(tea.keys)) == ([404], ["ck_double"])


def test_keys_that_nobody_came_back_for_are_removed(tea, ada, monkeypatch):
    answer_in_shop(tea, link_of(name_shop(ada, tea.name)))
    services.forget_approvals()
    assert Approval.objects.count() == 1
    later(monkeypatch)
    services.forget_approvals()
    assert Approval.objects.count() == 0


def test_another_browser_ends_what_this_one_began(tea, ada):
    there = answer_in_shop(tea, link_of(name_shop(ada, tea.name)))
    eve = signed_in(make_person("eve@example.com"))
    assert NOT_OURS in text(eve.get(there, secure=True))
    assert NOT_OURS in text(ada.get(there, secure=True))
    assert Shop.objects.count() == 0


def test_an_approval_serves_once(tea, ada, posted):
    link = link_of(name_shop(ada, tea.name))
    there = answer_in_shop(tea, link)
    with pytest.raises(KeyError):
        answer_in_shop(tea, link)
    assert [status for _, status in posted] == [200, 404]
    assert ada.get(there, secure=True).status_code == 302
    assert NOT_OURS in text(ada.get(there, secure=True))
    with pytest.raises(KeyError):
        answer_in_shop(tea, link)
    assert len(tea.keys) == 2
    assert Shop.objects.count() == 1


def test_a_second_connection_takes_the_new_key_and_says_what_becomes_of_the_old_one(tea, ada):
    connect(ada, tea)
    shop_id = installs.find_installed("woocommerce", tea.name)
    before = list(tea.keys)
    assert connect(ada, tea)["Location"] == "/"
    assert "You can delete the older" in text(ada.get("/", secure=True))
    for key in before:
        del tea.keys[key]
    assert installs.connection_of(shop_id).read_shop().name == tea.name
    assert roles_of(shop_id) == {"ada@example.com": Role.OWNER}


def test_a_key_that_was_revoked_is_told_at_home_and_replaced_in_two_clicks(tea, ada):
    connect(ada, tea)
    shop_id = installs.find_installed("woocommerce", tea.name)
    tea.keys.clear()
    with pytest.raises(AccessEnded), installs.connected(shop_id) as connection:
        connection.read_shop()
    home = text(ada.get("/", secure=True))
    assert "Connect your shop again" in home
    assert 'href="/woocommerce/connect"' in home
    assert f'value="{tea.name}"' in text(ada.get("/woocommerce/connect", secure=True))
    assert connect(ada, tea)["Location"] == "/"
    assert installs.connection_of(shop_id).read_shop().name == tea.name


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": "x" * 43},
        {"user_id": 7},
        {"consumer_key": "hello"},
        {"consumer_secret": ""},
        {"key_permissions": "read"},
    ],
)
def test_what_a_stranger_posts_is_no_key(tea, ada, changes):
    state = state_of(link_of(name_shop(ada, tea.name)))
    key = {"user_id": state, "consumer_key": "ck_1", "consumer_secret": "cs_1", "key_permissions": "read_write"}
    for body in (json.dumps({**key, **changes}), "{", "[]", " " * 5000):
        answer = Client().post("/woocommerce/keys", body, content_type="application/json", secure=True)
        assert answer.status_code in (400, 404, 413), body
    assert not Approval.objects.exclude(tokens="").exists()
    assert Client().get("/woocommerce/keys", secure=True).status_code == 405


def test_a_key_that_does_not_open_the_very_shop_is_not_believed(tea, ada):
    """Whoever knows a state may post any key for it: of another shop, or none at all."""
    state = state_of(link_of(name_shop(ada, tea.name)))
    key = {"user_id": state, "consumer_key": "ck_1", "consumer_secret": "cs_1", "key_permissions": "read_write"}
    assert Client().post("/woocommerce/keys", key, content_type="application/json", secure=True).status_code == 200
    page = ada.get("/woocommerce/return", {"success": "1", "user_id": state}, secure=True)
    assert (page.status_code, Shop.objects.count()) == (409, 0)
    assert "refuses its own key" in text(page)


def test_a_host_that_strips_the_header_is_asked_by_the_query(tea, ada):
    tea.strips_authorization = True
    assert connect(ada, tea)["Location"] == "/"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "removes the Authorization header"), ("fr", "supprime l’en-tête Authorization")]
)
def test_a_host_that_strips_both_is_told_and_mended_without_another_yes(tea, posted, language, said):
    ada = signed_in(make_person("ada@example.com", language=language), headers={"Accept-Language": language})
    tea.strips_authorization = tea.strips_query = True
    there = answer_in_shop(tea, link_of(name_shop(ada, tea.name)))
    assert said in text(ada.get(there, secure=True))
    tea.strips_authorization = tea.strips_query = False
    assert ada.get(there, secure=True)["Location"] == "/"
    assert len(posted) == 1


def test_a_firewall_that_lets_keys_stand_outside_is_told_as_one(tea, ada):
    there = answer_in_shop(tea, link_of(name_shop(ada, tea.name)))
    tea.wall = 503
    assert "Try again in a moment" in text(ada.get(there, secure=True))
    tea.wall = 200
    assert "A firewall or a security plugin" in text(ada.get(there, secure=True))
    tea.wall = None
    tea.failures = [cannot_view().reply()] * 2
    assert "Authorization header" in text(ada.get(there, secure=True))
    assert ada.get(there, secure=True)["Location"] == "/"


def test_a_shop_that_calls_itself_another_meanwhile_is_not_connected(tea, ada):
    there = answer_in_shop(tea, link_of(name_shop(ada, tea.name)))
    tea.store.home = "https://other.example.com"
    assert "redirects to another one" in text(ada.get(there, secure=True))
    assert Shop.objects.count() == 0


def test_every_obstacle_has_a_sentence_in_both_languages(db):
    from shopconnect.connectors.woocommerce.obstacles import Obstacle  # noqa: PLC0415
    from shopconnect.platforms.woocommerce.sentences import sentence_of  # noqa: PLC0415

    for obstacle in Obstacle:
        with translation.override("en"):
            english = sentence_of(obstacle)
        with translation.override("fr"):
            assert sentence_of(obstacle) != english, obstacle
