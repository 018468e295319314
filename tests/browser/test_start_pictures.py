"""The pictures of docs/images of a merchant's first hour: the ways to a shop, and what is in files; SCREENSHOTS=1."""

from typing import Any

from django.conf import settings as site_settings

from shopconnect.accounts.models import User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.models import Upload
from shopconnect.sync.services import load_folder
from shopconnect.sync.types import FolderDefaults, UploadedFile
from shopconnect.sync.uploads import services as uploads
from tests.browser.pictures import place_of
from tests.browser.test_home import speak
from tests.connectors.files.reading import EXPORTS
from tests.shopconnect.shops.conftest import make_member, make_person, signed_in

SENT = ("shopify_products.csv", "shopify_orders.csv", "shopify_customers.csv")
WIDTHS = (360, 768, 1280)


def test_pictures_of_the_first_hour(page: Any, transactional_db: None, live_server: Any, settings: Any, tmp_path: Any):
    settings.SHOPIFY_APP_HANDLE = "shopconnect"
    for name in SENT:
        (tmp_path / name).write_bytes((EXPORTS / name).read_bytes())
    defaults = FolderDefaults(currency="EUR", timezone="Europe/Paris")
    shop_id = ShopId(load_folder("nora", tmp_path, defaults=defaults).shop_id)
    owner = make_member(shop_id, Role.OWNER)
    sent = send(shop_id, owner.pk)
    pages = (
        ("start", make_person("newcomer@example.com"), "/"),
        ("files", owner, f"/bring-in/files/{sent}/"),
        ("imports", owner, "/bring-in/"),
    )
    for name, person, path in pages:
        enter(page, live_server.url, person)
        for language in ("en", "fr"):
            speak(page, live_server.url, language)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 700})
                page.goto(live_server.url + path)
                page.screenshot(path=place_of(f"{name}-{language}-{width}.png"), full_page=True)


def send(shop_id: ShopId, user_id: int) -> int:
    """Have the files of a Shopify shop sent and checked, one line of them damaged; returns the upload's public id."""
    contents = {name: (EXPORTS / name).read_bytes() for name in SENT}
    contents["products.jsonl"] = b'{"id": "pot", "title": "Pot", "price": "nine", "currency": "EUR"}\n'
    files = [UploadedFile(name=name, size_bytes=len(content)) for name, content in contents.items()]
    public_id = uploads.begin_upload(shop_id, user_id, files)
    for number, content in enumerate(contents.values()):
        uploads.store_chunk(shop_id, public_id, number, 0, content)
    uploads.ask_check(shop_id, public_id)
    with shop_scope(shop_id):
        upload_id = Upload.objects.get(public_id=public_id).pk
    uploads.check_upload(shop_id, upload_id)
    return public_id


def enter(page: Any, site: str, person: User) -> None:
    """Sign a person in."""
    session = signed_in(person).cookies[site_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": site_settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
