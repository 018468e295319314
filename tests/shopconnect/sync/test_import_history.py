"""The history of imports: each with when, what, how many lines came in, and which did not, in the reader's words."""

from datetime import timedelta
from html import unescape

import pytest

from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.models import SyncRun, Upload
from shopconnect.sync.services import SHOWN_RUNS
from shopconnect.sync.types import UploadState
from tests.shopconnect.shops.conftest import make_member, signed_in

BAD_LINE = {"file": "products", "line": 7, "text": "The line isn’t valid JSON.", "params": {}}


def record(shop, days_ago: int, problems: int = 0, **counts: int) -> None:
    at = now() - timedelta(days=days_ago)
    with shop_scope(shop):
        SyncRun.objects.create(
            source="files",
            state="done",
            started_at=at,
            finished_at=at,
            counts={"products": {"lines": 0, "new": 0, "changed": 0, "same": 0, "bad": problems, **counts}},
            problems=[BAD_LINE] * problems,
        )


def page_of(shop, language: str) -> str:
    client = signed_in(make_member(shop, Role.OWNER, f"{language}@example.com"), headers={"accept-language": language})
    return unescape(client.get("/bring-in/").content.decode())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("3 entries imported", "12 entries imported", "1 line skipped", "Products, line 7")),
        ("fr", ("3 éléments importés", "12 éléments importés", "1 ligne ignorée", "Produits, ligne 7")),
    ],
)
def test_each_import_is_listed_with_its_report_in_the_readers_words(shop, language, said):
    record(shop, 2, new=12)
    record(shop, 1, problems=1, lines=4, new=1, same=2)
    page = page_of(shop, language)
    newest, older = page.index(said[0]), page.index(said[1])
    assert newest < older
    assert page.index(said[2]) < older
    assert newest < page.index(said[3]) < older
    assert "products:7" not in page


def test_of_many_skipped_lines_the_page_lists_some_and_says_of_how_many(shop):
    record(shop, 1, problems=101)
    page = page_of(shop, "en")
    assert page.count("Products, line 7") == 100
    assert "The first 100 of 101." in page


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["File,Line,Column,What’s wrong", "Products,7,,The line isn’t valid JSON."]),
        ("fr", ["Fichier,Ligne,Colonne,Problème", "Produits,7,,La ligne n’est pas du JSON valide."]),
    ],
)
def test_skipped_lines_are_had_as_a_file(shop, other_shop, language, lines):
    record(shop, 1, problems=1)
    with shop_scope(shop):
        run = SyncRun.objects.get()
        run.problems += [{"file": "=1+1.csv", "line": 0, "text": "No column %(key)s.", "params": {"key": "@price"}}]
        run.save()
    reader = signed_in(make_member(shop, Role.OWNER), headers={"accept-language": language})
    place = f"/bring-in/{run.pk}/problems.csv"
    assert place in reader.get("/bring-in/").text
    told = b"".join(reader.get(place).streaming_content).decode("utf-8-sig").splitlines()
    assert told == [*lines, "'=1+1.csv,,'@price,No column @price."]
    stranger = signed_in(make_member(other_shop, Role.OWNER, "stranger@example.com"))
    assert stranger.get(place).status_code == 404


def test_lines_that_cannot_be_read_are_had_as_a_file_before_anything_is_imported(shop):
    report = {"files": [], "counts": {}, "problems": [BAD_LINE], "notes": [], "missing": []}
    with shop_scope(shop):
        upload = Upload.objects.create(sent_by_id=1, state="checked", files=[], report=report, sent_at=now())
    owner = signed_in(make_member(shop, Role.OWNER))
    place = f"/bring-in/files/{upload.public_id}/problems.csv"
    assert place in owner.get(f"/bring-in/files/{upload.public_id}/").text
    told = b"".join(owner.get(place).streaming_content).decode("utf-8-sig").splitlines()
    assert told == ["File,Line,Column,What’s wrong", "Products,7,,The line isn’t valid JSON."]
    assert owner.get("/bring-in/files/1/problems.csv").status_code == 404


def test_an_import_under_way_counts_what_it_has_read(shop):
    client = signed_in(make_member(shop, Role.OWNER))
    record(shop, 0, lines=1204)
    with shop_scope(shop):
        upload = Upload.objects.create(sent_by_id=1, state=UploadState.LOADING, files=[], percent=40, sent_at=now())
        assert "1,204" not in client.get(f"/bring-in/files/{upload.public_id}/").text  # an import that is over
        SyncRun.objects.update(state="running", finished_at=None)
    page = client.get(f"/bring-in/files/{upload.public_id}/").text
    assert "40%" in page
    assert "<li>Products: 1,204</li>" in page


def test_what_is_not_listed_is_counted(shop):
    for days in range(SHOWN_RUNS):
        record(shop, days, problems=101 if days == 0 else 0)
    page = page_of(shop, "en")
    assert page.count(BAD_LINE["text"]) == 100
    assert "The first 100 of 101." in page
    assert "The latest" not in page
    record(shop, SHOWN_RUNS)
    assert f"Les {SHOWN_RUNS} dernières entrées sur {SHOWN_RUNS + 1}." in page_of(shop, "fr")
