"""The first hour of a merchant: sign up, drop files, read what is in them, import, and see figures and a shelf."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import expect

from shopconnect.core.clock import now
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import speak
from tests.shopconnect.shops.conftest import PASSWORD

WORDS = {
    "en": {
        "found": "What is in your files",
        "import": "Import these files",
        "done": "Your files are imported.",
        "figures": r"On your last \d+ orders, suggestions would have included the next product \d+% of the time",
        "look": "See what shoppers see",
    },
    "fr": {
        "found": "Ce que contiennent vos fichiers",
        "import": "Importer ces fichiers",
        "done": "Vos fichiers sont importés.",
        "figures": r"Sur vos \d+ dernières commandes, les suggestions auraient contenu le produit acheté ensuite",
        "look": "Voir ce que voient vos clients",
    },
}
PRODUCTS, CUSTOMERS, ORDERS, DAYS = 16, 60, 480, 200
DROP = """files => {
  const carried = new DataTransfer();
  for (const [name, text] of Object.entries(files)) carried.items.add(new File([text], name));
  return carried;
}"""


def orders() -> Iterator[dict[str, object]]:
    """Orders of two products that belong together, evenly over the days until now."""
    for number in range(ORDERS):
        at: datetime = now() - timedelta(hours=1 + (ORDERS - number) * 24 * DAYS / ORDERS)
        pair = 2 * (number * 7 % (PRODUCTS // 2))
        yield {
            "id": f"o{number}",
            "placed_at": at.isoformat(timespec="seconds"),
            "currency": "EUR",
            "customer": f"c{number % CUSTOMERS}",
            "lines": [{"product": f"t{one}", "quantity": 1, "price": "4.50"} for one in (pair, pair + 1)],
        }


def files() -> dict[str, str]:
    """A shop's files by name."""
    products = ({"id": f"t{one}", "title": f"Tea {one}", "price": "4.50", "currency": "EUR"} for one in range(PRODUCTS))
    customers = ({"id": f"c{one}"} for one in range(CUSTOMERS))
    rows = {"products.jsonl": products, "customers.jsonl": customers, "orders.jsonl": orders()}
    return {name: "\n".join(map(json.dumps, lines)) for name, lines in rows.items()}


def sign_up(page: Any, site: str) -> None:
    page.goto(f"{site}/accounts/signup/")
    page.locator("#id_email").fill("nora@example.com")
    for name in ("#id_password1", "#id_password2"):
        page.locator(name).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirm-email/")
    page.goto(site + re.search(r"https?://[^/]+(/accounts/\S+)", mail.outbox[-1].body).group(1))
    page.locator("main form .primary").click()
    page.wait_for_url(f"{site}/")  # the browser that signed up is signed in


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_from_signing_up_to_a_shelf_of_ones_own(
    page: Any, transactional_db: None, live_server: Any, worker: subprocess.Popen[bytes], language: str, scheme: str
):
    site, words = live_server.url, WORDS[language]
    page.emulate_media(color_scheme=scheme)
    speak(page, site, language)
    sign_up(page, site)
    page.locator("a[href='/bring-in/new/']").click()
    page.locator("#id_name").fill("Nora’s teas")
    page.locator("#id_currency").fill("EUR")
    page.locator("#id_timezone").select_option("Europe/Paris")
    page.locator("main form .primary").click()
    page.wait_for_url("**/bring-in/")
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": page.evaluate_handle(DROP, files())})
    page.wait_for_url("**/bring-in/files/*/")
    page.get_by_role("heading", name=words["found"]).wait_for()
    rows = [re.findall(r"\d+", row) for row in page.locator("tbody tr").all_inner_texts()]
    assert sorted(rows) == sorted([str(count), str(count), "0"] for count in (PRODUCTS, CUSTOMERS, ORDERS))
    page.get_by_role("button", name=words["import"]).click()
    page.get_by_text(words["done"]).wait_for()
    page.get_by_text(re.compile(words["figures"])).wait_for()
    assert problems_at(page, *WIDTHS[language]) == {}
    page.get_by_role("link", name=words["look"]).click()
    expect(page.locator("main .shelf li").first).to_be_visible()
    page.goto(site)
    expect(page.get_by_text(re.compile(words["figures"]))).to_be_visible()
