"""Whoever follows the link of a good-bye says why in a real browser, without signing in."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import notices
from shopconnect.notifications.models import Notice
from shopconnect.shops import installs
from shopconnect.shops.models import UninstallFeedback
from tests.browser.test_address import look
from tests.browser.test_home import speak
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens


@pytest.mark.parametrize(
    ("language", "reason", "thanks"),
    [("en", "Something didn’t work", "Thank you"), ("fr", "Quelque chose ne fonctionnait pas", "Merci")],
)
def test_a_reason_is_left_and_changed(page, site, language, reason, thanks):
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    make_member(shop_id, "owner", "ada@example.com")
    installs.uninstall_shop(shop_id, None)
    with shop_scope(shop_id):
        told = Notice.objects.filter(kind="removed").values_list("pk", flat=True)[0]
    notices.mail_notice(shop_id, told)
    link = site + re.search(r"/shops/goodbye/\S+", mail.outbox[-1].body)[0]
    speak(page, site, language)
    page.goto(link)
    page.get_by_label(reason).check()
    page.locator("#saying").fill("Ada")
    problems = look(page, page, f"goodbye-{language}")
    page.locator("button.primary").click()
    page.get_by_role("heading", name=thanks).wait_for()
    problems += look(page, page, f"thanks-{language}")
    with shop_scope(shop_id):
        assert UninstallFeedback.objects.values_list("because", "saying").get() == ("broken", "Ada")
    page.goto(link)
    expect(page.get_by_label(reason)).to_be_checked()
    problems += look(page, page, f"again-{language}")
    page.goto(link.replace("/?", "xxxx/?"))
    problems += look(page, page, f"over-{language}")
    assert problems == []
