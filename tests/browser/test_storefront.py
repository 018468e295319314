"""The widgets on the shop front, in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.widgets.types import WidgetResponse
from tests.browser.accessibility import problems_at
from tests.browser.conftest import HOSTILE, Answers
from tests.browser.waiting import asking_nothing, draw
from tests.servers import ROOT

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted += one.value; })
  .observe({type: 'layout-shift', buffered: true});
"""
STORED = "() => [document.cookie, localStorage.length, sessionStorage.length]"
CARD = {"id": "p1", "title": "Mug", "image": "", "url": "", "price": "€12.00", "reasons": [], "keys": []}
PLACE = "shelf => [shelf.offsetTop, shelf.offsetHeight]"
PHONE = {"width": 360, "height": 740}


def shelf_titles(page: Any) -> list[str]:
    page.wait_for_selector("shopconnect-shelf a .title")
    return page.locator("shopconnect-shelf .title").all_inner_texts()


def open_chat(page: Any) -> Any:
    page.locator("shopconnect-chat button").first.click()
    field = page.get_by_role("textbox", name=re.compile("question"))
    field.wait_for()
    return field


def said(page: Any) -> list[str]:
    return [text.strip() for text in page.locator("shopconnect-chat-panel .says").all_inner_texts()]


def test_a_shelf_shows_four_cards_with_price_and_reason_in_both_languages(page: Any, front: str):
    page.goto(f"{front}/en/products/p6/")
    assert shelf_titles(page) == [
        "Sage green stoneware bowl",
        "Midnight blue stoneware mug",
        "Blown glass carafe",
        "Washed linen tablecloth",
    ]
    expect(page.locator("shopconnect-shelf .reason")).to_have_text(["Frequently bought together"] * 4)
    expect(page.locator("shopconnect-shelf .price").first).to_have_text("€14.50")
    page.goto(f"{front}/fr/products/p6/")
    assert shelf_titles(page)[0] == "Bol en grès sauge"
    expect(page.locator("shopconnect-shelf .reason").first).to_have_text("Souvent achetés ensemble")
    expect(page.locator("shopconnect-shelf .price").first).to_have_text("14,50\u00a0€")
    expect(page.get_by_role("button", name="Pourquoi ces produits")).to_be_visible()


def test_a_shelf_explains_itself_and_its_cards_lead_on(page: Any, front: str):
    page.goto(f"{front}/en/products/p6/")
    shelf_titles(page)
    why = page.get_by_role("button", name="Why am I seeing this?")
    expect(why).to_have_attribute("aria-expanded", "false")
    why.click()
    expect(page.get_by_text("No one pays to appear here.")).to_be_visible()
    page.get_by_role("link", name="Blown glass carafe").click()
    page.wait_for_url("**/en/products/p2/")
    expect(page.locator("h1")).to_have_text("Blown glass carafe")
    assert page.locator("article img").evaluate("image => image.complete && image.naturalWidth > 0")


def test_a_shelf_that_loads_has_no_empty_heading_and_keeps_its_place(page: Any, front: str, answers: Answers):
    answers.shelf = lambda _: WidgetResponse({"shelf": "trending", "title": "Popular now", "items": [CARD]})
    page.route("**/w/*/shelf*", lambda _route: None)
    page.goto(f"{front}/en/")
    shelf = page.locator("shopconnect-shelf[shelf=trending]")
    shelf.locator("[aria-busy]").wait_for()
    shelf.scroll_into_view_if_needed()
    assert problems_at(page, 360, 768, 1280) == {}
    held = shelf.evaluate(PLACE)
    page.unroute("**/w/*/shelf*")
    expect(shelf.get_by_role("heading", name="Popular now")).to_be_visible()
    draw(page)
    assert shelf.evaluate(PLACE) == held
    assert problems_at(page, 1280) == {}


def test_nothing_on_the_page_moves_when_the_widgets_arrive(page: Any, front: str):
    page.add_init_script(SHIFTS)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 1600})
        page.goto(f"{front}/en/products/p6/")
        held = page.evaluate("document.querySelector('shopconnect-shelf').offsetHeight")
        shelf_titles(page)
        draw(page)
        assert page.evaluate("document.querySelector('shopconnect-shelf').offsetHeight") == pytest.approx(held, abs=1)
        assert page.evaluate("window.shifted") == pytest.approx(0, abs=0.001)


def test_the_place_is_held_before_the_script_is_there(page: Any, front: str):
    page.route("**/w/*.js", lambda route: route.abort())
    heights = []
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{front}/en/products/p6/")
        heights.append(page.evaluate("document.querySelector('shopconnect-shelf').getBoundingClientRect().height"))
    page.unroute("**/w/*.js")
    for width, held in zip((360, 768, 1280), heights, strict=True):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{front}/en/products/p6/")
        shelf_titles(page)
        height = page.evaluate("document.querySelector('shopconnect-shelf').getBoundingClientRect().height")
        assert height == pytest.approx(held, abs=2)


def test_an_empty_or_absent_shelf_leaves_without_a_trace(page: Any, front: str, answers: Answers):
    answers.shelf = lambda ask: {"items": []}
    shelves = page.locator("section.shelf:visible")
    page.goto(f"{front}/en/products/p6/")
    expect(shelves).to_have_count(0)

    def fail(ask: Any) -> None:
        raise KeyError

    answers.shelf = fail
    page.goto(f"{front}/en/products/p1/")
    expect(shelves).to_have_count(0)
    expect(page.get_by_role("button", name="Add to cart")).to_be_visible()
    assert [ask.text("product") for ask in answers.of("shelf")] == ["p6", "p1"]


def test_a_shop_works_while_we_are_away(page: Any, front: str):
    page.route("**/w/**", lambda route: route.abort())
    page.goto(f"{front}/en/products/p6/")
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_url("**/cart/")
    assert "€9.80" in page.locator(".total").inner_text()
    page.unroute("**/w/**")
    page.route("**/w/*/*", lambda route: route.abort())
    page.goto(f"{front}/en/products/p1/")
    page.locator("shopconnect-shelf[hidden]").first.wait_for(state="attached")
    open_chat_and_expect_away(page)


def open_chat_and_expect_away(page: Any) -> None:
    field = open_chat(page) if page.locator("shopconnect-chat-panel").count() else None
    if field is None:
        page.unroute("**/w/*/*")
        page.route("**/w/*/chat", lambda route: route.abort())
        field = open_chat(page)
    field.fill("Are you there?")
    field.press("Enter")
    page.get_by_role("button", name="Try again").wait_for()
    assert said(page)[-1].endswith("We can’t be reached right now. Try again in a moment.")


def test_the_chat_says_first_what_it_is_then_answers_and_asks_whether_it_helped(
    page: Any, front: str, answers: Answers
):
    page.goto(f"{front}/en/")
    field = open_chat(page)
    assert (
        page.locator("shopconnect-chat-panel .notice")
        .inner_text()
        .startswith("You’re chatting with an automated assistant")
    )
    field.fill("How long is delivery?")
    field.press("Enter")
    page.get_by_text("It is free from €60.").wait_for()
    assert said(page)[-2:] == [
        "You:\nHow long is delivery?",
        "Assistant:\nDelivery takes two days.\nIt is free from €60.",
    ]
    ask = answers.of("chat")[0]
    assert (ask.text("text"), ask.language, ask.text("conversation")) == ("How long is delivery?", "en", "")
    with asking_nothing(page):
        page.get_by_role("button", name="Yes", exact=True).click()
    page.get_by_text("Thanks for your feedback.").wait_for()
    assert answers.of("feedback")[0].body == {
        "lang": "en",
        "conversation": "c1",
        "exchange": answers.of("feedback")[0].text("exchange"),
        "helpful": True,
    }
    expect(page.get_by_role("button", name="No", exact=True)).to_be_disabled()


def test_the_chat_offers_guesses_as_buttons(page: Any, front: str, answers: Answers):
    page.goto(f"{front}/en/")
    field = open_chat(page)
    field.fill("parcel")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="How long is delivery?").click()
    page.get_by_text("Delivery takes two days.").wait_for()
    assert [ask.text("guess") for ask in answers.of("chat")] == ["", "g1"]
    assert answers.of("chat")[1].text("conversation") == "c1"
    expect(page.get_by_role("button", name="Where is my order?")).to_be_disabled()


def test_a_person_can_be_asked_for_at_any_time(page: Any, front: str, answers: Answers):
    page.goto(f"{front}/en/")
    open_chat(page)
    page.get_by_role("button", name="Talk to a person").click()
    page.get_by_text("Somebody of the team will answer you.").wait_for()
    assert answers.of("chat")[0].body["human"] is True
    expect(page.get_by_role("button", name="Talk to a person")).to_be_enabled()


def test_a_late_answer_is_polled_for(page: Any, front: str, answers: Answers):
    known = {"conversation": "c9", "exchange": "e9"}
    polls = iter([202, 202, 200])

    def late(ask: Any) -> WidgetResponse:
        if next(polls) == 200:
            return WidgetResponse(known | {"outcome": "answer", "text": "Here it is."})
        return WidgetResponse(known, status=202)

    answers.chat, answers.reply = lambda ask: WidgetResponse(known, status=202), late
    page.goto(f"{front}/en/")
    field = open_chat(page)
    field.fill("slow?")
    field.press("Enter")
    page.get_by_text("Here it is.").wait_for()
    assert [len(answers.of(name)) for name in ("chat", "reply")] == [1, 3]
    assert answers.of("reply")[-1].body == {"lang": "en", "conversation": "c9", "exchange": "e9"}


def test_the_chat_is_used_by_keyboard_alone(page: Any, front: str):
    page.goto(f"{front}/en/")
    page.locator("shopconnect-chat button").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.type("How long?")  # the field has the focus
    page.keyboard.press("Enter")
    page.get_by_text("Delivery takes two days.").wait_for()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")  # the last choice above the field: no, it did not help
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.tagName") == "SHOPCONNECT-CHAT"
    page.locator("shopconnect-chat button[aria-expanded=false]").wait_for()  # said a moment after it is closed
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    assert "Delivery takes two days." in said(page)[2]


def test_controls_can_be_touched_and_read_aloud(page: Any, front: str):
    page.set_viewport_size(PHONE)
    page.goto(f"{front}/en/products/p6/")
    field = open_chat(page)
    field.fill("parcel")
    field.press("Enter")
    page.get_by_role("button", name="Where is my order?").wait_for()
    small = page.evaluate(
        "[...document.querySelector('shopconnect-chat').shadowRoot.querySelector('shopconnect-chat-panel').shadowRoot"
        ".querySelectorAll('button, textarea')].map((e) => e.getBoundingClientRect())"
        ".filter((box) => box.height < 44 || box.width < 44).length"
    )
    assert small == 0
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    dialog = page.get_by_role("dialog", name="Front")
    assert dialog.evaluate("e => [e.matches(':modal'), e.offsetWidth, e.offsetHeight]") == [True, 360, 740]
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_on_a_desk_the_panel_stands_beside_the_page(page: Any, front: str):
    page.goto(f"{front}/en/")
    open_chat(page)
    dialog = page.get_by_role("dialog")
    assert dialog.evaluate("e => [e.matches(':modal'), e.offsetWidth, e.offsetHeight]") == [False, 380, 600]
    page.locator("h1").click()
    expect(dialog).to_be_visible()


def test_the_panel_is_fetched_on_the_first_click_only(page: Any, front: str):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{front}/en/")
    shelf_titles(page)
    assert not [url for url in fetched if "/assets/" in url]
    assert not [url for url in fetched if url.endswith("/chat")]
    open_chat(page)
    assert len([url for url in fetched if "/w/assets/panel-" in url]) == 1


def test_what_a_title_or_an_answer_holds_stays_text(page: Any, front: str, answers: Answers):
    script = "javascript:document.title='stolen'"
    card = {"id": "p1", "title": HOSTILE, "price": HOSTILE, "reasons": [HOSTILE], "url": script, "image": script}
    guess = {"id": "1", "text": HOSTILE}
    told = {"conversation": "c", "exchange": "e", "outcome": "guesses", "text": HOSTILE, "guesses": [guess]}
    answers.shelf = lambda ask: {"title": HOSTILE, "items": [card, None, card]}
    answers.chat = lambda ask: told
    with asking_nothing(page):
        page.goto(f"{front}/en/products/p6/")
        assert shelf_titles(page) == [HOSTILE] * 2
        field = open_chat(page)
        field.fill(HOSTILE)
        field.press("Enter")
        page.get_by_role("button", name=HOSTILE).wait_for()
    assert "stolen" not in page.title()
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('shopconnect-shelf').removeAttribute('links')")
    page.evaluate("document.querySelector('shopconnect-shelf').setAttribute('product', 'p2')")  # asks again
    page.locator("shopconnect-shelf section:not([aria-busy])").first.wait_for()
    assert page.locator("shopconnect-shelf a").first.get_attribute("href") is None


def test_a_strict_policy_of_the_page_is_kept(page: Any, front: str):
    broken: list[str] = []
    page.on(
        "console", lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None
    )
    answer = page.goto(f"{front}/en/products/p6/")
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    shelf_titles(page)
    open_chat(page)
    assert page.locator("shopconnect-shelf ul").first.evaluate("e => getComputedStyle(e).display") == "grid"
    assert broken == []


def test_the_sources_run_unbuilt(page: Any, front: str, answers: Answers):
    """What is built comes from modules that a browser runs as they are, style sheets apart."""
    sources = ROOT / "shopconnect" / "widgets" / "js" / "src"
    signs = {file.parent.name: file for file in (ROOT / "shopconnect" / "platforms").glob("*/storefront.js")}

    def source(route: Any) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        if name == "storefronts.js":  # the build puts together what platforms bring
            imports = "".join(f"import * as {one} from './{one}.storefront.js';" for one in signs)
            text = f"{imports} export const storefronts = [{', '.join(signs)}];"
        elif name.endswith(".storefront.js"):
            text = signs[name.partition(".")[0]].read_text()
        else:
            text = (sources / name).read_text().replace("shopconnect:storefronts", "./storefronts.js")
        if name.endswith(".css"):
            text = f"export default {text!r}"
        route.fulfill(body=text, content_type="text/javascript")

    def loader(route: Any) -> None:
        built = route.fetch().text()
        settings = re.search(r'\{"base":.*?"words":\{.*?\}\}\}', built).group(0)
        route.fulfill(
            content_type="text/javascript", body=f"globalThis.SHOPCONNECT_SETTINGS={settings};import('/src/loader.js')"
        )

    page.route("**/src/*", source)
    page.route("**/w/*.js", loader)
    page.goto(f"{front}/en/products/p6/")
    assert len(shelf_titles(page)) == 4
