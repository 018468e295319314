"""What the people of a shop find that left its platform: what happened, what is kept, how to come back or take it."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.shops import erasure, installs
from shopconnect.ui.dates import date_format
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens


@pytest.fixture
def departed(db):
    """A shop that left an hour ago."""
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    installs.uninstall_shop(shop_id, now())
    return shop_id


def home(shop_id, role: Role, language: str = "en") -> str:
    client = signed_in(make_member(shop_id, role, f"{role}.{language}@example.com"))
    page = client.get("/", headers={"accept-language": language}).content.decode()
    return re.sub(r"\s+", " ", page.partition('id="content"')[2])


def written(at, language: str) -> str:
    with translation.override(language):
        return date_format(at.astimezone(ZoneInfo(DRAFT.timezone)), "DATE_FORMAT")


def test_an_owner_reads_what_happened_what_is_kept_and_how_to_go_on(departed):
    page = home(departed, Role.OWNER)
    assert f"on {written(now(), 'en')}." in page
    assert f"until {written(now() + erasure.RETENTION, 'en')}." in page
    assert 'href="/export/"' in page
    assert "everything resumes as before" in page
    assert f"jusqu’au {written(now() + timedelta(days=30), 'fr')}." in home(departed, Role.OWNER, "fr")
    assert signed_in(make_member(departed, Role.OWNER)).get("/export/").status_code == 200


def test_others_read_it_too_and_are_led_to_an_owner(departed):
    for role in (Role.ANALYST, Role.SUPPORT):
        page = home(departed, role)
        assert "was uninstalled from" in page
        assert ('href="/export/"' in page, "An owner of the shop can do this." in page) == (False, True)


def test_a_shop_that_came_back_finds_its_home_again(departed):
    installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    assert "was uninstalled from" not in home(departed, Role.OWNER)
