"""A shop that moved, or that somebody copied: nothing from there is believed until its owner says which it is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from recommender.prices.services import ask_price_change
from recommender.prices.types import PriceRequest
from shopconnect.accounts.models import Membership
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.connectors.types import ShopElsewhere
from shopconnect.core import caches
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.woocommerce.models import Approval
from shopconnect.privacy.models import PrivacyRequest
from shopconnect.shops import installs, other_addresses
from shopconnect.shops.models import AuditEntry, Shop
from shopconnect.sync import inbox, outbox, reconcile, subscriptions
from tests.shopconnect.platforms.woocommerce.merchants import HOME, answer_in_shop, connect, deliver, link_of, name_shop
from tests.shopconnect.shops.conftest import make_member, make_person, signed_in
from tests.shopconnect.sync.conftest import work_through
from tests.shopconnect.sync.worlds import titles, waiting, work_off

pytestmark = pytest.mark.usefixtures("nobody_is_woken")
NEW = "new.example.com"


@pytest.fixture
def zoe(kept):
    """The browser of an owner of the shop."""
    return signed_in(make_member(kept, Role.OWNER, "zoe@example.com"))


def told(page) -> str:
    return page.content.decode()


def copy_shop(source, woo, name: str = NEW):
    """Put the shop's files and database onto another host, which then calls itself by its own name."""
    made = woo.add_shop(name)
    made.store, made.keys, made.webhooks = (
        source.double_shop.store,
        source.double_shop.keys,
        source.double_shop.webhooks,
    )
    made.webhooks.shop = made
    return made


def answer(browser, said: str, address: str = NEW) -> str:
    return told(browser.post("/woocommerce/moved", {"address": address, "answer": said}, secure=True, follow=True))


def tell_from(source, home: str) -> None:
    """Have the queue run on a host that calls itself by another address."""
    shop = source.double_shop
    shop.webhooks.send = lambda delivery: deliver(
        replace(delivery, headers=delivery.headers | {"X-WC-Webhook-Source": f"{home}/"})
        if "X-WC-Webhook-Source" in delivery.headers
        else delivery
    )
    shop.webhooks.run_queue()
    shop.webhooks.send = deliver


def test_what_a_copy_tells_changes_nothing_here_and_is_asked_about_once(source, tea, kept, zoe):
    before = titles(kept)
    order = tea.store.rows("order")[0]
    tea.store.erase_person(order)
    tea.store.trash("product", tea.store.rows("product")[0])
    tea.asked.clear()
    tell_from(source, "https://staging.example.com")
    work_off(kept, inbox.APPLY_WEBHOOKS)
    with shop_scope(kept):
        assert not PrivacyRequest.objects.exists()
    assert (tea.asked, titles(kept), waiting(kept)) == ([], before, 0)
    page = told(zoe.get("/shops/notices/", secure=True))
    assert page.count("A site at staging.example.com says") == 1
    assert 'href="/woocommerce/moved"' in page
    assert "staging.example.com" in told(zoe.get("/woocommerce/moved", secure=True))


def test_a_copy_is_called_one_and_the_shop_goes_on(source, tea, kept, zoe):
    pot = tea.store.rows("product")[0]
    with tea.store.changing("product", pot):
        pot["name"] = "Kettle"
    tell_from(source, "https://staging.example.com")
    work_off(kept, inbox.APPLY_WEBHOOKS)
    page = answer(zoe, "copy", "staging.example.com")
    assert "The copy at staging.example.com is ignored" in page
    assert "Your shop wasn’t found at any other address" in page
    with tea.store.changing("product", pot):
        pot["name"] = "Other"
    tell_from(source, "https://staging.example.com")
    work_off(kept, inbox.APPLY_WEBHOOKS)
    assert told(zoe.get("/shops/notices/", secure=True)).count("says it’s your shop") == 1
    assert titles(kept)[str(pot["id"])] != "Other"
    with tea.store.changing("product", pot):
        pot["name"] = "Third"
    tea.webhooks.run_queue()
    work_off(kept, inbox.APPLY_WEBHOOKS)
    assert titles(kept)[str(pot["id"])] == "Third"


def test_a_site_that_calls_itself_another_is_neither_read_nor_written_and_deletes_nothing(tea, kept, zoe):
    before, pot = titles(kept), tea.store.rows("product")[0]
    with shop_scope(kept):
        product = find_product_by_external_id(str(pot["id"]))
    request = PriceRequest(
        product_public_id=product.public_id,
        variant=str(pot["id"]),
        price=Decimal(99),
        compare_at_price=None,
        currency="EUR",
    )
    ask_price_change(kept, None, request, "key")
    tea.store.home = f"https://{NEW}"
    for row in tea.store.rows("product")[:5]:
        tea.store.erase("product", row)
    tea.webhooks.queue.clear()
    caches.reset_all()  # as a minute does
    tea.asked.clear()
    works = [(reconcile.reconcile, 1), (reconcile.reconcile, 3), *((reconcile.sweep_ids, one) for one in (1, 2, 3))]
    for work, subject_id in works:
        with pytest.raises(ShopElsewhere):
            work(kept, subject_id)
    with pytest.raises(ShopElsewhere):
        subscriptions.subscribe(kept)
    work_off(kept, outbox.KIND, turns=2)
    assert {one.partition("?")[0] for one in tea.asked} == {"GET /"}
    assert titles(kept) == before
    assert installs.is_installed(kept)
    assert f"A site at {NEW} says" in told(zoe.get("/shops/notices/", secure=True))


def test_a_shop_that_moved_goes_on_at_its_new_address(source, woo, tea, kept, zoe):
    before = titles(kept)
    moved = copy_shop(source, woo)
    moved.store.home = f"https://{NEW}"
    moved.webhooks.shop.home = f"https://{NEW}"
    pot = tea.store.rows("product")[0]
    with moved.store.changing("product", pot):
        pot["name"] = "Kettle"
    for home in ("https://staging.example.com", f"https://{NEW}"):
        moved.store.add_product("New")
        tell_from(source, home)
        work_off(kept, inbox.APPLY_WEBHOOKS)
    answer(zoe, "copy", "staging.example.com")
    assert f"Your shop’s address is now {NEW}" in answer(zoe, "moved")
    assert installs.find_installed("woocommerce", NEW) == kept
    assert installs.find_installed("woocommerce", tea.name) is None
    work_through(kept, subscriptions.KIND)
    assert {one.row["delivery_url"] for one in moved.webhooks.all()} == {f"{HOME}/hooks/woocommerce/{NEW}"}
    assert set(titles(kept)) >= set(before)
    with moved.store.changing("product", pot):
        pot["name"] = "Teapot"
    moved.webhooks.run_queue()
    work_off(kept, inbox.APPLY_WEBHOOKS)
    assert titles(kept)[str(pot["id"])] == "Teapot"
    with shop_scope(kept):
        assert AuditEntry.objects.filter(action="moved_shop", subject=NEW).count() == 1
        assert other_addresses.addresses_in_question() == []
        other_addresses.note_other_address("staging.example.com")  # known as a copy, also after the move
        assert other_addresses.addresses_in_question() == []


KEYLESS = {
    "en": ("ShopConnect’s key doesn’t work at", "Your shop’s address is now", "You declined in your shop"),
    "fr": (
        "La clé de ShopConnect ne fonctionne pas sur",
        "L’adresse de votre boutique est désormais",
        "Vous avez refusé",
    ),
}


@pytest.fixture
def keyless(source, woo, tea, kept):
    """The shop on another host that knows none of its keys, and about which its owners are asked."""
    moved = copy_shop(source, woo)
    moved.keys, moved.post_key = {"ck_other": "cs_other"}, tea.post_key
    moved.store.home = f"https://{NEW}"
    tell_of_new(source, kept)
    return moved


@pytest.mark.parametrize("language", KEYLESS)
def test_a_shop_that_moved_without_its_key_is_approved_there_and_stays_the_same_shop(tea, kept, keyless, language):
    asks, moved, _ = KEYLESS[language]
    owner = make_member(kept, Role.OWNER, "zoe@example.com", language=language)
    zoe, before = signed_in(owner, headers={"Accept-Language": language}), titles(kept)
    page = zoe.post("/woocommerce/moved", {"address": NEW, "answer": "moved"}, secure=True, follow=True)
    assert asks in told(page)
    assert installs.find_installed("woocommerce", tea.name) == kept
    assert moved in told(zoe.get(answer_in_shop(keyless, link_of(page)), secure=True, follow=True))
    assert (installs.find_installed("woocommerce", NEW), Shop.objects.count()) == (kept, 1)
    assert (set(titles(kept)) >= set(before), Approval.objects.count()) == (True, 0)
    work_through(kept, subscriptions.KIND)
    assert {one.row["delivery_url"] for one in keyless.webhooks.all()} == {f"{HOME}/hooks/woocommerce/{NEW}"}


@pytest.mark.parametrize("language", KEYLESS)
def test_a_no_at_the_new_address_leaves_the_shop_where_it_was_and_the_question_open(tea, kept, keyless, language):
    owner = make_member(kept, Role.OWNER, "zoe@example.com", language=language)
    zoe = signed_in(owner, headers={"Accept-Language": language})
    page = zoe.post("/woocommerce/moved", {"address": NEW, "answer": "moved"}, secure=True, follow=True)
    page = told(zoe.get(answer_in_shop(keyless, link_of(page), "deny"), secure=True))
    assert KEYLESS[language][2] in page
    assert 'href="/woocommerce/moved"' in page
    assert installs.find_installed("woocommerce", tea.name) == kept
    assert NEW in told(zoe.get("/woocommerce/moved", secure=True))


def test_who_connects_an_address_in_question_is_asked_first_and_a_copy_is_a_shop_of_its_own(kept, keyless, zoe):
    assert "Moved or copied?" in told(name_shop(zoe, NEW))
    answer(zoe, "copy")
    assert zoe.get(answer_in_shop(keyless, link_of(name_shop(zoe, NEW))), secure=True)["Location"] == "/"
    assert installs.find_installed("woocommerce", NEW) not in (kept, None)


@pytest.mark.parametrize("meanwhile", ["copy", "owner"])
def test_an_approval_for_a_move_that_is_no_longer_theirs_to_make_moves_nothing(tea, kept, keyless, zoe, meanwhile):
    page = zoe.post("/woocommerce/moved", {"address": NEW, "answer": "moved"}, secure=True, follow=True)
    there = answer_in_shop(keyless, link_of(page))
    if meanwhile == "copy":
        answer(zoe, "copy")
    else:
        Membership.objects.filter(shop_id=kept, user__email="zoe@example.com").update(role=Role.ANALYST)
    zoe.get(there, secure=True)
    assert installs.find_installed("woocommerce", tea.name) == kept
    assert installs.find_installed("woocommerce", NEW) is None


def test_an_address_that_a_firewall_guards_is_not_moved_to(tea, kept, keyless, zoe):
    keyless.wall = 403
    assert "A firewall or a security plugin" in answer(zoe, "moved")
    assert installs.find_installed("woocommerce", tea.name) == kept


def tell_of_new(source, shop_id) -> None:
    source.store.add_product("New")
    tell_from(source, f"https://{NEW}")
    work_off(shop_id, inbox.APPLY_WEBHOOKS)


def test_an_address_of_another_shop_is_not_moved_to(source, woo, tea, kept, zoe):
    other = copy_shop(source, woo)
    other.store.home, other.post_key = f"https://{NEW}", tea.post_key
    bob = signed_in(make_person("bob@example.com"))
    assert connect(bob, other)["Location"] == "/"
    tell_of_new(source, kept)
    assert "already has this address" in answer(zoe, "moved")
    assert installs.find_installed("woocommerce", tea.name) == kept


def test_nobody_is_moved_to_an_address_that_is_not_in_question_or_by_who_does_not_own_the_shop(source, tea, kept, zoe):
    tell_of_new(source, kept)
    answer(zoe, "moved", "evil.example.com")
    analyst = signed_in(make_member(kept, Role.ANALYST))
    assert analyst.post("/woocommerce/moved", {"address": NEW, "answer": "moved"}, secure=True).status_code == 403
    assert installs.find_installed("woocommerce", tea.name) == kept


def test_a_shop_of_another_platform_is_not_asked_where_it_stands(shop):
    assert signed_in(make_member(shop, Role.OWNER)).get("/woocommerce/moved").status_code == 404
