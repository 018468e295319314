"""A shopper shows the team a photo: looked at before it goes, sent without what it knows, seen by both."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from tests.browser.accessibility import problems_at
from tests.browser.test_console import sign_in
from tests.browser.test_side_by_side import LANGUAGES, REFERENCE, draw, phone, shop, talk_of
from tests.browser.words import words_in
from tests.chatbot.answers.photographs import SECRET, from_a_phone, photograph

__all__ = ["phone", "shop", "sign_in"]
SIZE = "one => [one.width, one.height]"
NATURAL = """async one => {
  one.scrollIntoView();
  await one.decode();
  return [one.naturalWidth, one.naturalHeight];
}"""


def pick(panel: Any, content: bytes, name: str = "photo.jpg") -> None:
    panel.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})


def opened_chat(phone: Any, site: str, language: str) -> Any:
    phone.goto(f"{site}/storefront/front/{language}/")
    phone.locator("shopconnect-chat button").first.click()
    panel = phone.locator("shopconnect-chat-panel")
    panel.locator("textarea").wait_for()
    return panel


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_is_looked_at_sent_and_seen_by_shopper_and_team(
    page: Any, phone: Any, shop: ShopId, sign_in: Callable[..., str], language: str
):
    say, sent = words_in(language), list[str]()
    phone.on("request", lambda one: sent.append(one.post_data_json["photo"]) if one.url.endswith("/photo") else None)
    site = sign_in(shop, Role.SUPPORT, language)
    panel = opened_chat(phone, site, language)
    with phone.expect_file_chooser() as chooser:
        panel.get_by_role("button", name=say("Add a photo")).press("Enter")
    chooser.value.set_files({"name": "../<b>me.jpg", "mimeType": "image/jpeg", "buffer": from_a_phone(6)})
    expect(panel.get_by_role("button", name=say("Send this photo"))).to_be_focused()
    expect(panel.get_by_role("img", name=say("Your photo"))).to_be_visible()
    assert sent == []
    draw(phone, f"photo-before-{language}")
    assert problems_at(phone, 320, 360) == {}
    phone.keyboard.press("Enter")
    panel.get_by_text(REFERENCE).wait_for()
    assert SECRET in from_a_phone(6)
    assert SECRET not in base64.b64decode(sent[0])
    expect(panel.get_by_role("button", name=say("Send this photo"))).to_have_count(0)
    expect(panel.locator("textarea")).to_be_focused()

    page.goto(f"{site}{reverse('console:inbox')}")
    page.locator("a[data-open]").click()
    shown = page.get_by_role("img", name=say("Photo from the shopper"))
    shown.wait_for()
    assert shown.evaluate(NATURAL) == [40, 80]
    expect(page.get_by_text(say("Photos aren’t redacted: they may show names, addresses or cards."))).to_be_visible()
    draw(page, f"photo-staff-{language}", full_page=True)
    assert problems_at(page, 320, 360, 1280) == {}

    panel = opened_chat(phone, site, language)  # the next page
    photo = panel.locator(".me canvas")
    photo.wait_for()
    assert photo.evaluate(SIZE) == [40, 80]
    draw(phone, f"photo-after-{language}")


def test_a_photo_may_be_taken_back_and_one_that_did_not_arrive_is_sent_again(
    page: Any, phone: Any, shop: ShopId, sign_in: Callable[..., str]
):
    site = sign_in(shop, Role.SUPPORT, "en")
    panel = opened_chat(phone, site, "en")
    pick(panel, photograph())
    panel.get_by_role("button", name="Don’t send it").click()
    expect(panel.get_by_role("img")).to_have_count(0)
    expect(panel.locator("textarea")).to_be_focused()
    pick(panel, b"<svg/>", "photo.svg")
    expect(panel.get_by_role("alert")).to_have_text("This photo can’t be read on this device. Choose another one.")

    pick(panel, photograph(4_000, 2_000, "PNG"))
    phone.route("**/photo", lambda route: route.abort())
    panel.get_by_role("button", name="Send this photo").click()
    panel.get_by_text("We can’t be reached right now. Try again in a moment.").wait_for()
    phone.unroute("**/photo")
    panel.get_by_role("button", name="Send this photo").click()
    panel.get_by_text(REFERENCE).wait_for()
    page.goto(site + talk_of(shop))
    assert page.get_by_role("img", name="Photo from the shopper").evaluate(NATURAL) == [1_600, 800]
