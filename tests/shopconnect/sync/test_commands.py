"""load_shop and export_shop as an operator meets them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shopconnect.shops import selectors as shops
from shopconnect.sync.management.commands import load_shop
from tests.shopconnect.sync.folders import ORDERS, awkward_folder, plain_folder


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_load_shop_tells_what_it_did_and_where_a_line_was_bad(db, tmp_path):
    folder = plain_folder(tmp_path / "in", orders=[ORDERS[2], {"id": "9"}])
    said = run("load_shop", "tea", str(folder))
    assert "orders: 2 lines; 1 new, 0 changed, 0 the same, 1 bad and left out.\n" in said
    assert '  orders, line 2: "placed_at" is missing.\n' in said
    assert "The shop tea is in, after " in said


def test_with_json_stdout_holds_exactly_one_object(db, tmp_path, capsys):
    folder = awkward_folder(tmp_path / "in")
    call_command("load_shop", "tea", str(folder), "--json")
    loaded = json.loads(capsys.readouterr().out)
    assert loaded["shop"] == "tea"
    assert loaded["counts"]["orders"] == {"lines": 7, "new": 7, "changed": 0, "same": 0, "bad": 0, "partly": 0}
    call_command("export_shop", "tea", str(tmp_path / "out"), "--json")
    assert json.loads(capsys.readouterr().out)["counts"]["orders"] == 7


def test_a_refusal_is_an_error_that_says_what_to_do(db, tmp_path):
    with pytest.raises(CommandError, match=r"The folder .*none\ doesn’t exist."):
        run("load_shop", "tea", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="add products.jsonl, or the product export"):
        run("load_shop", "tea", str(tmp_path))
    with pytest.raises(CommandError, match="lowercase letters, digits, - and _"):
        run("load_shop", "Tea!", str(tmp_path))
    with pytest.raises(CommandError, match="There is no shop named tea: load_shop makes one"):
        run("export_shop", "tea", str(tmp_path / "out"))
    assert list(shops.all_shops()) == []
    assert not (tmp_path / "out").exists()


def test_export_shop_refuses_a_folder_in_use(db, tmp_path):
    folder = plain_folder(tmp_path / "in")
    run("load_shop", "tea", str(folder))
    with pytest.raises(CommandError, match="is not empty. Choose a new folder"):
        run("export_shop", "tea", str(folder))


def test_a_load_that_is_stopped_says_that_it_can_be_gone_on_with(db, tmp_path, monkeypatch):
    folder = plain_folder(tmp_path / "in")

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(load_shop, "load_folder", stop)
    with pytest.raises(CommandError, match="run this again for the rest") as stopped:
        run("load_shop", "tea", str(folder))
    assert stopped.value.returncode == 130
