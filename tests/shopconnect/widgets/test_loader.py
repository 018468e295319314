"""The script on a shop's pages."""

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest
from django.db import OperationalError
from django.test import Client

from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops import selectors
from shopconnect.widgets import services
from shopconnect.widgets.loader import BUILT, built_files, loader_script, manifest
from shopconnect.widgets.types import ShopFront
from shopconnect.widgets.words import words_by_language

JS = BUILT.parent
PLATFORMS = JS.parent.parent / "platforms"
MOST_BYTES = 10_000
FRONT = ShopFront(
    shop_id=ShopId(1), public_key="pk_a", name="</script><script>alert(1)//\u2028", languages=("en",), hosts=frozenset()
)


def test_the_loader_is_small_in_every_form():
    script = loader_script(FRONT)
    assert len(script.gzip) < MOST_BYTES
    assert len(script.brotli) < MOST_BYTES
    assert gzip.decompress(script.gzip) == brotli.decompress(script.brotli) == script.plain


def test_the_panel_is_small_and_is_the_file_that_the_loader_expects():
    panel = (BUILT / manifest()["panel"]).read_bytes()
    assert len(gzip.compress(panel, 9)) < MOST_BYTES
    assert manifest()["integrity"] == f"sha384-{base64.b64encode(hashlib.sha384(panel).digest()).decode()}"
    version = hashlib.sha256(b"".join(file.read_bytes() for file in built_files())).hexdigest()[:12]
    assert manifest()["loader"] == f"loader-{version}.js"
    assert manifest()["panel"] == f"panel-{version}.js"


def test_nothing_that_a_shop_is_called_ends_the_script():
    code = loader_script(FRONT).plain.decode()
    assert "</script" not in code
    assert "SHOPCONNECT_SETTINGS" not in code
    assert "\u2028" not in code
    assert "\\u003c/script>\\u003cscript>alert(1)//\\u2028" in code


def test_the_loader_carries_the_shops_settings(client: Client, key: str, shop: ShopId):
    answer = client.get(f"/w/{key}.js")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Accept-Encoding" in answer["Vary"]
    assert f'"base":"/w/{key}/"' in answer.text
    assert '"name":"First"' in answer.text
    assert '"language":"fr"' in answer.text
    assert not answer.cookies


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", ""), ("", "")],
)
def test_the_loader_comes_compressed_as_asked(client: Client, key: str, accepted: str, encoding: str):
    answer = client.get(f"/w/{key}.js", headers={"accept-encoding": accepted})
    read = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert answer.get("Content-Encoding", "") == encoding
    assert b"shopconnect-shelf" in read(answer.content)


def test_a_browser_that_has_it_gets_no_second_copy(client: Client, key: str):
    tag = client.get(f"/w/{key}.js")["ETag"]
    answer = client.get(f"/w/{key}.js", headers={"if-none-match": tag, "accept-encoding": "br"})
    assert (answer.status_code, answer.content) == (304, b"")
    assert "Content-Encoding" not in answer


def test_the_panel_is_kept_for_ever_under_its_hash(client: Client):
    answer = client.get(f"/w/assets/{manifest()['panel']}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get("/w/assets/panel-000000000000.js").status_code == 404
    assert client.get("/w/assets/loader.js").status_code == 404


def test_an_unknown_key_is_told_so(client: Client, db: None):
    answer = client.get("/w/pk_unknown1234.js")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/javascript; charset=utf-8")


def test_the_loader_is_served_while_the_database_is_away(client: Client, key: str, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("away")

    client.get(f"/w/{key}.js")
    monkeypatch.setattr(selectors, "shop_by_key", away)
    services.fronts.expire(key)
    assert client.get(f"/w/{key}.js").status_code == 200
    never_seen = client.get("/w/pk_neverseen1.js")
    assert (never_seen.status_code, never_seen["Retry-After"]) == (503, "5")


def test_every_word_that_the_scripts_use_is_there_in_both_languages():
    used = set(re.findall(r"\bwords\.(\w+)", "".join(file.read_text() for file in (JS / "src").glob("*.js"))))
    words = words_by_language("Shop")
    assert used == set(words["en"]) == set(words["fr"])
    same = {key for key in used if words["en"][key] == words["fr"][key]}
    assert same == {"log"}


def test_nothing_in_the_scripts_reads_markup_or_keeps_anything_but_in_its_one_place():
    code = "".join(file.read_text() for file in sorted((JS / "src").glob("*.js")))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", code)
    assert not re.search(r"document\.cookie|indexedDB|caches\.", code)
    assert code.count("localStorage") == code.count("sessionStorage") == code.count(".setItem") == 1


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the sources in which they can be built."""
    copy = tmp_path / "widgets" / "js"
    shutil.copytree(JS, copy)
    for signs in PLATFORMS.glob("*/storefront.js"):
        place = tmp_path / "platforms" / signs.parent.name
        place.mkdir(parents=True)
        shutil.copy(signs, place)
    if not (copy / "node_modules").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=copy, check=True, timeout=100, capture_output=True)
    return copy


@pytest.mark.skipif(shutil.which("npm") is None and not os.environ.get("CI"), reason="node is not installed here")
def test_what_is_committed_is_what_the_sources_build(sources: Path, tmp_path: Path):
    subprocess.run(["node", "build.js", str(tmp_path / "built")], cwd=sources, check=True, timeout=100)
    built = {file.name: file.read_bytes() for file in (tmp_path / "built").iterdir()}
    assert built == {file.name: file.read_bytes() for file in BUILT.iterdir()}
    assert json.loads(built["manifest.json"]) == manifest()
