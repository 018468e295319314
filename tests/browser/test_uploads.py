"""Files imported on a page: chosen, sent in chunks, checked, brought in; at every width, in both languages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.catalog.selectors import count_products
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.models import Upload
from shopconnect.sync.types import UploadState
from shopconnect.sync.uploads import services as uploads
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import merchant, speak  # noqa: F401
from tests.waiting import until

WORDS = {
    "en": ("What is in your files", "Import these files", "Your files are imported."),
    "fr": ("Ce que contiennent vos fichiers", "Importer ces fichiers", "Vos fichiers sont importés."),
}


def lines(count: int) -> bytes:
    rows = (
        {"id": f"t{number}", "title": f"Tea {number}", "price": "4.50", "currency": "EUR"} for number in range(count)
    )
    return "\n".join(map(json.dumps, rows)).encode()


def work(shop_id: ShopId, state: UploadState, verb: Callable[[ShopId, int], None]) -> None:
    """Do what a worker would, once the page has asked for it."""

    def find() -> int | None:
        with shop_scope(shop_id):
            return Upload.objects.filter(state=state).values_list("pk", flat=True).first()

    verb(shop_id, until(find))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_files_are_sent_checked_and_imported(page: Any, merchant: str, small_shop: ShopId, language: str, scheme: str):  # noqa: F811
    speak(page, merchant, language)
    page.emulate_media(color_scheme=scheme)
    found, imported, done = WORDS[language]
    page.goto(f"{merchant}/bring-in/")
    assert problems_at(page, *WIDTHS[language], 768) == {}
    content = lines(30_000) + b"\n{}"  # more than two chunks, and a line that cannot be read
    page.set_input_files("#files", [{"name": "products.jsonl", "mimeType": "application/json", "buffer": content}])
    page.wait_for_url("**/bring-in/files/*/")
    work(small_shop, UploadState.CHECKING, uploads.check_upload)
    expect(page.get_by_role("heading", name=found)).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 768) == {}
    page.get_by_role("button", name=imported).click()
    work(small_shop, UploadState.LOADING, uploads.load_upload)
    page.get_by_text(done).wait_for()
    with shop_scope(small_shop):
        assert count_products().products > 30_000
