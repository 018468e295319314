"""Files imported on a page: chosen, sent in chunks, checked, brought in; at every width, in both languages."""

import json
import subprocess
from typing import Any

import pytest

from shopconnect.catalog.selectors import count_products
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import merchant, speak  # noqa: F401

WORDS = {
    "en": ("What is in your files", "Import these files", "Your files are imported."),
    "fr": ("Ce que contiennent vos fichiers", "Importer ces fichiers", "Vos fichiers sont importés."),
}


def lines(count: int) -> bytes:
    rows = (
        {"id": f"t{number}", "title": f"Tea {number}", "price": "4.50", "currency": "EUR"} for number in range(count)
    )
    return "\n".join(map(json.dumps, rows)).encode()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_files_are_sent_checked_and_imported(
    page: Any,
    merchant: str,  # noqa: F811
    small_shop: ShopId,
    worker: subprocess.Popen[bytes],
    language: str,
    scheme: str,
):
    speak(page, merchant, language)
    page.emulate_media(color_scheme=scheme)
    found, imported, done = WORDS[language]
    page.goto(f"{merchant}/bring-in/")
    assert problems_at(page, *WIDTHS[language]) == {}
    content = lines(30_000) + b"\n{}"  # more than two chunks, and a line that cannot be read
    page.set_input_files("#files", [{"name": "products.jsonl", "mimeType": "application/json", "buffer": content}])
    page.wait_for_url("**/bring-in/files/*/")
    page.get_by_role("heading", name=found).wait_for()
    assert problems_at(page, *WIDTHS[language]) == {}
    page.get_by_role("button", name=imported).click()
    page.get_by_text(done).wait_for()
    with shop_scope(small_shop):
        assert count_products().products > 30_000
