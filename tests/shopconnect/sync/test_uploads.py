"""Files sent from the browser: in chunks, checked first, brought in on a yes, removed in time."""

import gzip
import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recommender.products.services import WORK_KIND as TRAINING
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import count_products
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due, lease, run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.embedded import parts
from shopconnect.shops.models import Install
from shopconnect.shops.selectors import shop_settings
from shopconnect.sync.models import Upload
from shopconnect.sync.uploads import services as uploads
from shopconnect.sync.uploads.chunks import CHUNK_BYTES
from tests.shopconnect.shops.conftest import make_member, signed_in


@pytest.fixture
def client(shop: ShopId) -> Client:
    return signed_in(make_member(shop, Role.OWNER))


def products(count: int) -> bytes:
    lines = (
        {"id": f"p{number}", "title": f"Tea {number}", "price": "4.50", "currency": "EUR"} for number in range(count)
    )
    return "\n".join(map(json.dumps, lines)).encode()


def begin(client: Client, **files: bytes) -> str:
    answer = client.post(
        "/bring-in/files/",
        {"name": [name.replace("_", ".") for name in files], "size": [len(content) for content in files.values()]},
    )
    assert answer.status_code == 200, answer.content
    return f"/bring-in/files/{answer.json()['id']}/"


def send(client: Client, place: str, number: int, content: bytes) -> None:
    for offset in range(0, len(content), CHUNK_BYTES):
        part = content[offset : offset + CHUNK_BYTES]
        answer = client.post(f"{place}{number}/{offset}/", part, content_type="application/octet-stream")
        assert answer.status_code == 204, answer.content


def work(shop: ShopId, verb) -> None:
    with shop_scope(shop):
        upload_id = Upload.objects.latest("id").pk
    for _ in range(2):  # a second run changes nothing
        verb(shop, upload_id)


def state(shop: ShopId) -> str:
    with shop_scope(shop):
        return Upload.objects.latest("id").state


def stored(shop: ShopId) -> int:
    with shop_scope(shop):
        return count_products().products


def chunks(shop: ShopId) -> list[str]:
    try:
        return [*default_storage.listdir(f"shop/{shop}/uploads")[0]]
    except FileNotFoundError:
        return []


def test_files_are_checked_before_anything_is_stored(shop: ShopId, client: Client):
    content = products(3) + b'\n{"id": "bad"}\n'
    place = begin(client, products_jsonl=content)
    send(client, place, 0, content)
    assert client.post(f"{place}check/").status_code == 204
    assert Due.objects.filter(kind="check_upload").count() == 1
    work(shop, uploads.check_upload)
    page = client.get(place).content.decode()
    assert (state(shop), stored(shop)) == ("checked", 0)
    assert "1 line will be skipped" in page
    assert "Products, line 4" in page
    assert client.post(f"{place}load/")["Location"] == place
    work(shop, uploads.load_upload)
    assert (state(shop), stored(shop), chunks(shop)) == ("done", 3, [])
    assert "Your files are imported." in client.get(place).content.decode()


def test_an_empty_file_among_others_is_told_and_refuses_none_of_them(shop: ShopId, client: Client):
    content = products(3)
    place = begin(client, products_jsonl=content, empty_csv=b"")
    send(client, place, 0, content)
    assert client.post(f"{place}check/").status_code == 204
    work(shop, uploads.check_upload)
    assert "Skipped: the file is empty." in client.get(place).content.decode()
    client.post(f"{place}load/")
    work(shop, uploads.load_upload)
    assert (stored(shop), chunks(shop)) == (3, [])


@pytest.mark.parametrize(
    ("names", "sizes", "english", "french"),
    [
        (["a.csv", "b.csv"], [0, 0], "Choose at least one file that is not empty.", "Choisissez au moins un fichier"),
        (["a.csv", ".b.csv"], [9, 9], ".b.csv can’t be sent: its name starts with a dot", "d’envoyer .b.csv\u00a0:"),
    ],
)
def test_files_that_cannot_be_sent_are_refused_by_name(
    shop: ShopId, client: Client, names: list[str], sizes: list[int], english: str, french: str
):
    for language, sentence in (("en", english), ("fr", french)):
        headers = {"Accept-Language": language}
        answer = client.post("/bring-in/files/", {"name": names, "size": sizes}, headers=headers)
        assert answer.status_code == 400
        assert sentence in answer.json()["message"]


def test_a_line_that_loses_only_its_picture_is_counted_apart_from_the_skipped(shop: ShopId, client: Client):
    pictured = b'{"id": "9", "title": "Bowl", "price": "1", "currency": "EUR", "image": "ftp://x/1.jpg"}\n'
    content = products(3) + b"\n" + pictured
    place = begin(client, products_jsonl=content)
    send(client, place, 0, content)
    client.post(f"{place}check/")
    work(shop, uploads.check_upload)
    page = client.get(place).content.decode()
    assert "1 line will be imported without one of its details" in page
    assert "will be skipped" not in page
    assert "rest of the line kept" in page
    client.post(f"{place}load/")
    work(shop, uploads.load_upload)
    assert stored(shop) == 4
    assert "1 line imported in part" in client.get("/bring-in/").content.decode()


def test_a_report_is_read_in_the_language_of_whoever_reads_it(shop: ShopId, client: Client):
    content = products(3) + b'\n{"id": "bad"}\nno JSON\n'
    place = begin(client, products_jsonl=content)
    send(client, place, 0, content)
    client.post(f"{place}check/")
    work(shop, uploads.check_upload)
    reader = signed_in(make_member(shop, Role.OWNER, "fr@example.com"), headers={"accept-language": "fr"})
    assert "The line isn’t valid JSON." in client.get(place).content.decode()
    assert "La ligne n’est pas du JSON valide." in reader.get(place).content.decode()
    with shop_scope(shop):
        row = Upload.objects.get()
        told_of_before = {"file": "products", "line": 5, "sentence": "100 % wrong.", "column": ""}
        Upload.objects.update(report=row.report | {"problems": [told_of_before]})
    assert "100 % wrong." in reader.get(place).content.decode()


def test_a_check_says_at_once_what_an_import_would_refuse(shop: ShopId, client: Client):
    place = begin(client, products_jsonl=b"no JSON\n")
    send(client, place, 0, b"no JSON\n")
    assert client.post(f"{place}check/").status_code == 204
    work(shop, uploads.check_upload)
    page = client.get(place).content.decode()
    assert state(shop) == "failed"
    assert "No product can be read. products.jsonl, line 1: The line isn’t valid JSON." in page
    assert "Import these files" not in page
    reader = signed_in(make_member(shop, Role.OWNER, "fr@example.com"), headers={"accept-language": "fr"})
    told = "Aucun produit n’est lisible. products.jsonl, ligne 1\u202f: La ligne n’est pas du JSON valide."
    assert told in reader.get(place).content.decode().replace("\u00a0", "\u202f")


def test_a_file_of_many_chunks_arrives_whole_and_in_order(shop: ShopId, client: Client):
    content = gzip.compress(products(200_000), compresslevel=1)
    assert len(content) > CHUNK_BYTES
    place = begin(client, **{"products_jsonl_gz": content})
    offsets = list(range(0, len(content), CHUNK_BYTES))
    for offset in [*reversed(offsets), offsets[0]]:
        part = content[offset : offset + CHUNK_BYTES]
        assert client.post(f"{place}0/{offset}/", part, content_type="application/octet-stream").status_code == 204
    assert client.post(f"{place}check/").status_code == 204
    work(shop, uploads.check_upload)
    with shop_scope(shop):
        assert Upload.objects.latest("id").report["counts"]["products"]["read"] == 200_000


def test_what_did_not_arrive_whole_is_not_read(shop: ShopId, client: Client):
    content = products(1)
    place = begin(client, products_jsonl=content)
    answer = client.post(f"{place}check/")
    assert (answer.status_code, "didn’t arrive" in answer.json()["message"]) == (400, True)
    for offset, part in ((1, content), (0, content[:-1]), (0, content + b" "), (CHUNK_BYTES, content)):
        refused = client.post(f"{place}0/{offset}/", part, content_type="application/octet-stream")
        assert refused.status_code == 400
    assert client.post(f"{place}1/0/", content, content_type="application/octet-stream").status_code == 400
    assert (state(shop), chunks(shop)) == ("coming", [])


@pytest.mark.parametrize(
    "files",
    [
        {"name": [], "size": []},
        {"name": ["a.csv"], "size": ["0"]},
        {"name": ["a.csv"], "size": ["-1"]},
        {"name": ["a.csv"], "size": ["500000001"]},
        {"name": ["a.csv"], "size": ["9" * 400]},
        {"name": ["a.csv", "x/a.csv"], "size": ["1", "1"]},
        {"name": [".."], "size": ["1"]},
        {"name": ["a\x00.csv"], "size": ["1"]},
        {"name": ["é" * 101], "size": ["1"]},
        {"name": [f"{number}.csv" for number in range(51)], "size": ["1"] * 51},
    ],
)
def test_files_that_cannot_be_taken_are_refused_in_a_sentence(shop: ShopId, client: Client, files):
    answer = client.post("/bring-in/files/", files)
    assert (answer.status_code, answer.json()["message"][-1]) == (400, ".")
    with shop_scope(shop):
        assert not Upload.objects.exists()


def test_a_name_leads_nowhere_but_into_the_folder(shop: ShopId, client: Client):
    answer = client.post("/bring-in/files/", {"name": ["..\\..\\etc/passwd"], "size": ["3"]})
    with shop_scope(shop):
        assert Upload.objects.get(public_id=answer.json()["id"]).files == [{"name": "passwd", "size_bytes": 3}]


def test_small_files_come_with_a_plain_form(shop: ShopId, client: Client):
    answer = client.post("/bring-in/files/", {"files": SimpleUploadedFile("products.jsonl", products(2))})
    assert answer.status_code == 302
    work(shop, uploads.check_upload)
    assert state(shop) == "checked"
    assert "Import these files" in client.get(answer["Location"]).content.decode()


def test_what_is_no_shop_says_so_in_the_senders_language(shop: ShopId):
    client = signed_in(make_member(shop, Role.OWNER), headers={"accept-language": "fr"})
    answer = client.post("/bring-in/files/", {"files": SimpleUploadedFile("holiday.txt", b"sun")})
    work(shop, uploads.check_upload)
    page = client.get(answer["Location"]).content.decode()
    assert "Aucun de ces fichiers n’est lisible." in page
    assert "Importer ces fichiers" not in page


def test_files_sent_later_replace_earlier_ones_and_left_ones_go_in_a_day(shop: ShopId, client: Client):
    first = begin(client, products_jsonl=products(1))
    send(client, first, 0, products(1))
    second = begin(client, products_jsonl=products(2))
    with shop_scope(shop):
        one, two = Upload.objects.order_by("id")
        assert (one.state, two.state) == ("failed", "coming")
    uploads.drop_upload(shop, one.pk)
    send(client, second, 0, products(2))
    uploads.drop_upload(shop, two.pk)
    assert len(chunks(shop)) == 1  # not a day old
    with shop_scope(shop):
        Upload.objects.filter(pk=two.pk).update(sent_at=now() - timedelta(days=1, minutes=1))
    uploads.drop_upload(shop, two.pk)
    assert (chunks(shop), state(shop)) == ([], "failed")
    assert client.post(f"{second}load/").status_code == 302
    assert not Due.objects.filter(kind="load_upload").exists()


def test_discarded_files_are_never_imported(shop: ShopId, client: Client):
    answer = client.post("/bring-in/files/", {"files": SimpleUploadedFile("products.jsonl", products(2))})
    work(shop, uploads.check_upload)
    assert client.post(f"{answer['Location']}discard/")["Location"] == "/bring-in/"
    client.post(f"{answer['Location']}load/")
    work(shop, uploads.load_upload)
    work(shop, uploads.drop_upload)
    assert (stored(shop), chunks(shop)) == (0, [])


def test_nobody_but_an_owner_sends_or_sees_files(shop: ShopId, other_shop: ShopId, client: Client):
    place = begin(client, products_jsonl=products(1))
    analyst = signed_in(make_member(shop, Role.ANALYST))
    stranger = signed_in(make_member(other_shop, Role.OWNER, "other@example.com"))
    assert analyst.post("/bring-in/files/", {"name": ["a"], "size": ["1"]}).status_code == 403
    assert analyst.get(place).status_code == 403
    assert stranger.get(place)["Location"] == "/bring-in/"
    part = stranger.post(f"{place}0/0/", products(1), content_type="application/octet-stream")
    assert (part.status_code, chunks(shop)) == (404, [])


def test_an_empty_chunk_and_one_of_no_place_are_refused(shop: ShopId, client: Client):
    place = begin(client, products_jsonl=products(1))
    for offset in (7, CHUNK_BYTES):
        answer = client.post(f"{place}0/{offset}/", b"", content_type="application/octet-stream")
        assert answer.status_code == 400
    assert chunks(shop) == []


def test_a_chunk_that_two_requests_stored_counts_once(shop: ShopId, client: Client):
    content = products(2)
    place = begin(client, products_jsonl=content)
    send(client, place, 0, content)
    (folder,) = default_storage.listdir(f"shop/{shop}/uploads")[0]
    default_storage.save(f"shop/{shop}/uploads/{folder}/000/{0:015d}_again", ContentFile(content))
    assert client.post(f"{place}check/").status_code == 204
    work(shop, uploads.check_upload)
    with shop_scope(shop):
        assert Upload.objects.latest("id").report["counts"]["products"]["read"] == 2


def test_files_that_are_large_once_unpacked_are_refused(shop: ShopId, client: Client, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_LINES", 100)
    content = gzip.compress(products(200))
    place = begin(client, **{"products_jsonl_gz": content})
    send(client, place, 0, content)
    client.post(f"{place}check/")
    work(shop, uploads.check_upload)
    assert state(shop) == "failed"
    assert "too large" in client.get(place).content.decode()


def test_a_file_of_more_than_a_chunk_comes_with_a_plain_form_too(shop: ShopId, client: Client):
    content = products(22_000)
    assert CHUNK_BYTES < len(content) < 2_000_000
    client.post("/bring-in/files/", {"files": SimpleUploadedFile("products.jsonl", content)})
    work(shop, uploads.check_upload)
    with shop_scope(shop):
        assert Upload.objects.latest("id").report["counts"]["products"]["read"] == 22_000


def test_an_import_that_runs_when_a_day_is_over_is_finished(shop: ShopId, client: Client):
    answer = client.post("/bring-in/files/", {"files": SimpleUploadedFile("products.jsonl", products(2))})
    work(shop, uploads.check_upload)
    client.post(f"{answer['Location']}load/")
    with shop_scope(shop):
        Upload.objects.update(sent_at=now() - timedelta(days=1, hours=1))
    work(shop, uploads.drop_upload)
    work(shop, uploads.load_upload)
    assert (state(shop), stored(shop)) == ("done", 2)


def test_the_browser_brings_no_settings_and_no_experiments(shop: ShopId, client: Client):
    setting = SimpleUploadedFile("settings.jsonl", b'{"name": "staff_series", "value": "x"}')
    products_file = SimpleUploadedFile("products.jsonl", products(2))
    answer = client.post("/bring-in/files/", {"files": [products_file, setting]})
    work(shop, uploads.check_upload)
    client.post(f"{answer['Location']}load/")
    work(shop, uploads.load_upload)
    with shop_scope(shop):
        assert "staff_series" not in shop_settings()
    assert stored(shop) == 2


def test_a_shop_on_a_platform_takes_no_files(shop: ShopId, client: Client):
    with shop_scope(shop):
        Install.objects.update(platform="shopify", external_id="first.myshopify.com")
    answer = client.post("/bring-in/files/", {"name": ["orders.jsonl"], "size": ["10"]})
    assert (answer.status_code, "comes from its platform" in answer.json()["message"]) == (409, True)


def test_a_chunk_that_comes_after_its_file_was_removed_goes_in_a_day_too(shop: ShopId, client: Client):
    place = begin(client, products_jsonl=products(1))
    client.post(f"{place}discard/")
    run_due(shop, uploads.DROP)
    with shop_scope(shop):
        row = Upload.objects.get()
    late = f"shop/{shop}/uploads/{row.public_id}/000/{0:015d}"
    default_storage.save(late, ContentFile(b"late"))
    assert Due.objects.get(kind="drop_upload").due_at == row.sent_at + timedelta(days=1)
    with shop_scope(shop):
        Upload.objects.update(sent_at=now() - timedelta(days=1, minutes=1))
    work(shop, uploads.drop_upload)
    assert not default_storage.exists(late)


def test_files_do_not_wait_behind_a_training(shop: ShopId, client: Client):
    with shop_scope(shop):
        add_due(TRAINING, 0)
    assert lease(shop, TRAINING)  # hours may go by
    place = begin(client, products_jsonl=products(3))
    send(client, place, 0, products(3))
    client.post(f"{place}check/")
    run_due(shop, uploads.CHECK)
    assert state(shop) == "checked"
    assert [queues for queues, _ in parts.WORKERS.values() if "load" in queues.split(",")] == ["load"]
