"""The export of a whole shop: asked for once, made, told, fetched by owners, removed in time."""

import gzip
import io
import json
import re
import threading
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.registries import put_back
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.models import Notice
from shopconnect.shops.models import AuditEntry
from shopconnect.sync.exports import services as exports
from shopconnect.sync.folders.files import own_files
from shopconnect.sync.models import Export
from shopconnect.sync.registry import register_file
from tests.browser.conftest import draft
from tests.makers import make_shop
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.waiting import until


@pytest.fixture
def owner(shop):
    with shop_scope(shop):
        store_products([draft(number) for number in range(3)])
    return make_member(shop, Role.OWNER)


def ask(shop, owner) -> int:
    exports.ask_export(shop, owner.pk)
    with shop_scope(shop):
        return Export.objects.latest("id").pk


def rows(shop) -> list[str]:
    with shop_scope(shop):
        return list(Export.objects.order_by("id").values_list("state", flat=True))


def test_a_second_click_asks_for_nothing_more(shop, owner):
    client = signed_in(owner)
    for _ in range(2):
        assert client.post("/export/")["Location"] == "/export/"
    assert rows(shop) == ["waiting"]
    assert Due.objects.filter(kind="make_export").count() == 1
    assert "in preparation" in client.get("/export/").content.decode()


def test_who_asked_is_told_once(shop, owner):
    export_id = ask(shop, owner)
    exports.make_export(shop, export_id)
    exports.make_export(shop, export_id)
    assert rows(shop) == ["ready"]
    with shop_scope(shop):
        assert list(Notice.objects.values_list("user_id", "kind")) == [(owner.pk, "export_ready")]
    assert len(default_storage.listdir(f"shop/{shop}/exports")[1]) == 1


def test_the_file_holds_the_shop_and_says_who_fetched_it(shop, owner):
    exports.make_export(shop, ask(shop, owner))
    (export,) = exports.list_exports(shop)
    answer = signed_in(owner).get(f"/export/{export.public_id}/")
    assert answer["Content-Disposition"].startswith('attachment; filename="first-')
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    lines = gzip.decompress(archive.read("products.jsonl.gz")).splitlines()
    products = [json.loads(line) for line in lines]
    assert [product["id"] for product in products] == ["p0", "p1", "p2"]
    with shop_scope(shop):
        assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
            "asked_export",
            "fetched_export",
        ]


def test_nobody_else_fetches_it(shop, other_shop, owner):
    exports.make_export(shop, ask(shop, owner))
    path = f"/export/{exports.list_exports(shop)[0].public_id}/"
    support, analyst = make_member(shop, Role.SUPPORT), make_member(shop, Role.ANALYST)
    stranger = make_member(other_shop, Role.OWNER, "stranger@example.com")
    assert signed_in(support).get(path).status_code == 403
    assert signed_in(analyst).get(path).status_code == 403
    assert signed_in(stranger).get(path)["Location"] == "/export/"


def test_an_export_goes_when_its_time_is_over_and_not_before(shop, owner):
    export_id = ask(shop, owner)
    exports.make_export(shop, export_id)
    exports.drop_export(shop, export_id)
    assert rows(shop) == ["ready"]  # its time is not over
    with shop_scope(shop):
        Export.objects.update(expires_at=now() - timedelta(seconds=1))
    path = f"/export/{exports.list_exports(shop)[0].public_id}/"
    assert signed_in(owner).get(path)["Location"] == "/export/"
    exports.drop_export(shop, export_id)
    assert rows(shop) == ["expired"]
    assert default_storage.listdir(f"shop/{shop}/exports")[1] == []


def test_a_failure_is_tried_again(shop, owner, monkeypatch):
    export_id = ask(shop, owner)
    with monkeypatch.context() as broken:
        broken.setattr("shopconnect.sync.exports.services.export_folder", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            exports.make_export(shop, export_id)
    assert rows(shop) == ["waiting"]
    exports.make_export(shop, export_id)
    assert rows(shop) == ["ready"]


def test_an_export_that_killed_its_workers_does_not_bar_the_next(shop, owner):
    first = ask(shop, owner)
    with shop_scope(shop):
        Export.objects.update(state="running", asked_at=now() - exports.GIVEN_UP_AFTER - timedelta(seconds=1))
    Due.objects.filter(kind="make_export").update(parked_at=now(), attempts=8)
    page = signed_in(owner).get("/export/").content.decode()
    assert "Export the whole shop" in page
    assert "in preparation" not in page
    second = ask(shop, owner)
    assert rows(shop) == ["failed", "waiting"]
    assert Due.objects.filter(kind="make_export", subject_id=second, parked_at=None).count() == 1
    exports.make_export(shop, first)
    exports.make_export(shop, second)
    assert rows(shop) == ["failed", "ready"]


def test_an_export_counts_along(transactional_db):
    shop = make_shop()
    owner = make_member(shop, Role.OWNER)
    with shop_scope(shop):  # asked for behind the workers' backs, who would be quicker
        export_id = Export.objects.create(asked_by_id=owner.pk, state="waiting", asked_at=now()).pk
    written = threading.Event()

    def lines():
        yield from ({"line": number} for number in range(1000))
        written.wait()

    slow = replace(own_files()[-1], name="slow", title="Slow lines", export=lines)
    with put_back():
        register_file(slow)
        made = threading.Thread(target=exports.make_export, args=(shop, export_id))
        made.start()
        until(lambda: exports.list_exports(shop)[0].counts.get("slow") == 1000)
        page = signed_in(owner, headers={"accept-language": "fr"}).get("/export/").content.decode()
        written.set()
        made.join()
    assert re.search(r"Slow lines\u00a0: 1.?000", page), page
    assert exports.list_exports(shop)[0].state == "ready"
