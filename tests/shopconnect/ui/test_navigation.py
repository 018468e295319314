"""The navigation: rooms enter their pages themselves, in both languages, and each is shown to its roles."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from shopconnect.accounts.types import EVERYBODY, Role
from shopconnect.ui import navigation
from tests.shopconnect.shops.conftest import make_member, make_person, signed_in

OF_OWNERS = [
    "/",
    "/results/",
    "/shops/notices/",
    "/products/",
    "/stock/",
    "/orders/",
    "/customers/",
    "/prices/proposals/",
    "/prices/promotions/",
    "/quality/",
    "/suggestions/",
    "/rules/",
    "/answers/",
    "/conversations/inbox/",
    "/conversations/",
    "/teaching/",
    "/conversations/quality/",
    "/shops/members/",
    "/shops/tokens/",
    "/shops/plan/",
    "/privacy/",
    "/export/",
]
OF_SUPPORT = [
    "/",
    "/shops/notices/",
    "/products/",
    "/orders/",
    "/customers/",
    "/answers/",
    "/conversations/inbox/",
    "/conversations/",
    "/teaching/",
    "/conversations/quality/",
]
SAME_IN_BOTH = ("Notifications", "Suggestions", "Conversations", "Export", "Stock", "Promotions")
OVERVIEW = navigation.NavigationGroup.OVERVIEW
LINK = re.compile(r'<li><a href="([^"]+)"(?: aria-current="page")?\s*>.*?</svg>\s*([^<]+)')


def links(user, language: str = "en") -> dict[str, str]:
    """Return the titles of the navigation by path, in their order."""
    answer = signed_in(user, headers={"accept-language": language}).get("/shops/account/")
    return {path: title.strip() for path, title in LINK.findall(side_of(answer))}


def side_of(answer) -> str:
    """Return the groups of the navigation, without what the person may do with their account."""
    return answer.content.decode().partition('<nav class="side"')[2].partition('<div class="push')[0]


def test_an_owner_is_led_to_each_page_in_its_order(shop):
    assert list(links(make_member(shop, Role.OWNER))) == OF_OWNERS


def test_support_is_led_to_what_shoppers_ask_about(shop):
    assert list(links(make_member(shop, Role.SUPPORT))) == OF_SUPPORT


def test_pages_stand_in_groups_under_headings_that_name_them(shop):
    side = side_of(signed_in(make_member(shop, Role.OWNER)).get("/products/"))
    headings = dict(re.findall(r'<h2 class="group" id="([^"]+)">([^<]+)</h2>', side))
    assert list(headings.values()) == ["Catalogue and sales", "On your storefront", "Settings"]
    assert re.findall(r'aria-labelledby="([^"]+)"', side) == list(headings)
    assert re.findall(r'href="([^"]+)" aria-current="page"', side) == ["/products/"]


def test_operators_are_led_to_the_operation_and_others_are_not(shop):
    assert "/operation/" not in links(make_member(shop, Role.OWNER))
    assert links(make_person("operator@example.com", is_staff=True)) == {"/operation/": "System status"}


def test_each_title_is_said_in_both_languages_and_each_page_is_there():
    for entry in navigation.list_entries():
        with override("en"):
            english = str(entry.title)
        with override("fr"):
            french = str(entry.title)
        assert english.strip()
        assert french != english or french in SAME_IN_BOTH, french
        assert reverse(entry.url_name).startswith("/")


def test_no_two_pages_stand_at_the_same_place(new_room):
    with pytest.raises(ValueError, match="the same order"):
        navigation.register_entry(
            "accounts:account", "person", gettext_lazy("Members"), EVERYBODY, group=OVERVIEW, order=10
        )


@pytest.mark.parametrize(
    ("is_shown", "seen"), [(None, True), (lambda shop_id: True, True), (lambda shop_id: False, False)]
)
def test_a_new_room_enters_its_page_and_edits_no_other_file(shop, new_room, is_shown, seen):
    title = gettext_lazy("Members")
    navigation.register_entry(
        "accounts:account",
        "person",
        title,
        [Role.SUPPORT],
        group=OVERVIEW,
        order=65,
        is_shown=is_shown,
        count=lambda *ids: 3,
    )
    side = side_of(signed_in(make_member(shop, Role.SUPPORT), headers={"accept-language": "fr"}).get("/"))
    assert ("/shops/account/" in side, "Non lues\u00a0: 3" in side) == (seen, seen)
    assert "/shops/account/" not in side_of(signed_in(make_member(shop, Role.ANALYST)).get("/"))
