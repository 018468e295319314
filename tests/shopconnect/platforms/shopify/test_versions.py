"""The version of Shopify's API: operators hear of its end a quarter before."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from shopconnect.core.observability.operator_warnings import register_warning
from shopconnect.platforms.shopify.versions import find_version_warning
from tests.shopconnect.shops.conftest import make_person, signed_in

BEFORE, WITHIN, AFTER = date(2027, 6, 30), date(2027, 7, 1), date(2028, 1, 1)


@pytest.mark.parametrize(("day", "is_warned"), [(BEFORE, False), (WITHIN, True), (AFTER, True)])
def test_the_end_of_a_version_is_told_a_quarter_before(day: date, is_warned: bool):
    assert bool(find_version_warning(day)) is is_warned


def test_the_warning_names_the_version_and_the_day_in_both_languages():
    with translation.override("fr"):
        assert "2026-10 de son API le 1er octobre 2027" in find_version_warning(WITHIN)
    assert "2026-10 of its API on 1 October 2027" in find_version_warning(WITHIN)


def test_without_an_app_nobody_is_warned(settings: Any):
    settings.SHOPIFY_CLIENT_ID = ""
    assert find_version_warning(WITHIN) == ""


def test_operators_see_it_on_their_page(db: None, new_room: None):
    register_warning("soon", lambda: find_version_warning(WITHIN))
    register_warning("never", lambda: find_version_warning(BEFORE))
    operator = make_person("operator@example.com", is_staff=True)
    page = signed_in(operator).get("/operation/").content.decode()
    assert page.count("version 2026-10 of its API") == 1
