"""A folder made by somebody who means harm, or by a broken program."""

import gzip
import json
import os

import pytest
from django.conf import settings

from shopconnect.connectors.files import reading
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Customer, Order
from shopconnect.sync import selectors
from shopconnect.sync.services import check_folder, export_folder, load_folder
from shopconnect.widgets.services import load_front, public_key_of, read_staff_mark
from tests.shopconnect.sync.folders import ORDERS, PRODUCTS, plain_folder

GOOD = json.dumps(ORDERS[2]).encode()


def load_orders(folder, content: bytes, name: str = "orders.jsonl"):
    plain_folder(folder)
    (folder / name).write_bytes(content)
    return load_folder("tea", folder)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{", "The line isn’t valid JSON."),
        (b"[]", "The line isn’t a JSON object."),
        (b"[" * 100_000, "The line isn’t valid JSON."),
        (b'{"id": "\xff"}', "The line isn’t encoded in UTF-8."),
        (GOOD.replace(b'"gone"', b'"a\\u0000b"'), "The line contains invalid characters."),
        (GOOD.replace(b'"gone"', b'"\\ud800"'), "The line contains invalid characters."),
        (GOOD.replace(b'"3"', b'""', 1), '"id" is missing.'),
        (GOOD.replace(b'"3"', b"9" * 300, 1), '"id" is longer than 255 characters.'),
        (
            GOOD.replace(b'"1.00"', b"1.00"),
            '"price" must be a decimal in quotes, such as "12.50", and can’t be negative.',
        ),
        (
            GOOD.replace(b'"1.00"', b'"-1.00"'),
            '"price" must be a decimal in quotes, such as "12.50", and can’t be negative.',
        ),
        (
            GOOD.replace(b'"1.00"', b'"1e5"'),
            '"price" must be a decimal in quotes, such as "12.50", and can’t be negative.',
        ),
        (GOOD.replace(b'"1.00"', b"[]"), '"price" is missing.'),
        (GOOD.replace(b"1.00", b"1.0000001"), '"price" has more than 12 digits before the point or 6 after it.'),
        (
            GOOD.replace(b'"1.00"', b"[1]"),
            '"price" must be a decimal in quotes, such as "12.50", and can’t be negative.',
        ),
        (GOOD.replace(b": 1,", b": 0,"), '"quantity" must be greater than zero; for a refund, set "kind".'),
        (GOOD.replace(b": 1,", b": NaN,"), "NaN isn’t a number."),
        (GOOD.replace(b": 1,", b": 1e400,"), '"quantity" must be less than a billion, with at most three decimals.'),
        (GOOD.replace(b": 1,", b": true,"), '"quantity" must be a number.'),
        (
            GOOD.replace(b": 1,", b": 0.123,").replace(b"1.00", b"0.123456"),
            '"price" times "quantity" has more than six decimals.',
        ),
        (
            GOOD.replace(b": 1,", b": 999999999,").replace(b"1.00", b"999999999"),
            'The total of "lines" is more than twelve digits long.',
        ),
        (
            GOOD.replace(b"2026-01-07T10:00:00Z", b"2026-01-07T10:00:00"),
            '"placed_at" must be a date and time, such as "2026-01-31T12:00:00Z".',
        ),
        (
            GOOD.replace(b"2026-01-07T10:00:00Z", b"1989-12-31T23:59:59Z"),
            '"placed_at" must be between the years 1990 and 2200.',
        ),
        (
            GOOD.replace(b"2026-01-07T10:00:00Z", b"0001-01-01T00:00:00+14:00"),
            '"placed_at" must be a date and time, such as "2026-01-31T12:00:00Z".',
        ),
        (
            GOOD.replace(b'"EUR"', b'"EUR", "cancelled_at": "yesterday"'),
            '"cancelled_at" must be a date and time, such as "2026-01-31T12:00:00Z".',
        ),
        (GOOD.replace(b"EUR", b"eur"), '"currency" must be three capital letters, such as "EUR".'),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_loaded(db, tmp_path, line, sentence):
    other = GOOD.replace(b'"3"', b'"good"', 1)
    report = load_orders(tmp_path / "in", line + b"\n\n" + other + b"\n")
    assert [(problem.file, problem.line, problem.sentence) for problem in report.problems] == [("orders", 1, sentence)]
    assert (report.counts["orders"].lines, report.counts["orders"].bad, report.counts["orders"].new) == (2, 1, 1)
    with shop_scope(report.shop_id):
        assert list(Order.objects.values_list("external_id", flat=True)) == ["good"]


def test_a_second_line_of_one_id_is_left_out(db, tmp_path):
    report = load_orders(tmp_path / "in", GOOD + b"\n" + GOOD.replace(b"EUR", b"JPY"))
    assert [(problem.line, problem.sentence) for problem in report.problems] == [
        (2, "This id already appears on an earlier line.")
    ]
    with shop_scope(report.shop_id):
        assert Order.objects.get().currency == "EUR"


def test_problems_hold_nothing_of_a_person(db, tmp_path):
    customer = {"id": "zoe@example.fr", "email": ["zoe@example.fr"], "country": "zoe@example.fr" * 10}
    report = load_folder("tea", plain_folder(tmp_path / "in", customers=[customer]))
    assert (report.counts["customers"].new, report.counts["customers"].partly) == (1, 1)
    assert "zoe" not in repr(report)
    with shop_scope(report.shop_id):
        assert "zoe" not in repr(selectors.last_run())


def test_an_address_that_is_none_does_not_lose_the_customer(db, tmp_path):
    report = load_folder("tea", plain_folder(tmp_path / "in", customers=[{"id": "1", "email": "none"}]))
    with shop_scope(report.shop_id):
        assert list(Customer.objects.values_list("person_key", "email")) == [(None, "")]


def test_a_file_that_unpacks_to_one_endless_line_is_left_early(db, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_LINE_BYTES", 10_000)
    bomb = gzip.compress(GOOD + b"\n" + b" " * 50_000_000 + b"\n" + GOOD.replace(b'"3"', b'"4"', 1))
    assert len(bomb) < 100_000
    report = load_orders(tmp_path / "in", bomb, "orders.jsonl.gz")
    sentence = "The line is longer than 10 MB. The rest of the file is not read."
    assert [(problem.line, problem.sentence) for problem in report.problems] == [(2, sentence)]
    assert report.counts["orders"].new == 1


def test_a_file_that_ends_in_the_middle_is_loaded_up_to_there(db, tmp_path):
    many = b"".join(GOOD.replace(b'"3"', b'"%d"' % number, 1) + b"\n" for number in range(5000))
    report = load_orders(tmp_path / "in", gzip.compress(many)[:-4000], "orders.jsonl.gz")
    assert [problem.sentence for problem in report.problems] == [
        "The file is damaged or incomplete. The rest of it is not read."
    ]
    assert 0 < report.counts["orders"].new < 5000


def test_what_is_no_gzip_is_said(db, tmp_path):
    report = load_orders(tmp_path / "in", GOOD, "orders.jsonl.gz")
    assert report.problems[0].sentence == "The file is damaged or incomplete. The rest of it is not read."


@pytest.mark.parametrize(
    "image",
    [
        "../secret.png",
        "/etc/secret.png",
        "images/../../secret.png",
        "secret.txt",
        ".hidden/a.png",
        "a\\b.png",
        "file:///secret.png",
        "javascript:alert(1).png",
    ],
)
def test_a_picture_outside_the_folder_costs_itself_only(db, tmp_path, image):
    (tmp_path / "secret.png").write_bytes(b"secret")
    report = load_folder("tea", plain_folder(tmp_path / "in", products=[PRODUCTS[1] | {"image": image}, PRODUCTS[2]]))
    assert (report.counts["products"].bad, report.counts["products"].new) == (0, 2)
    assert [(problem.line, problem.sentence) for problem in report.problems] == [
        (1, '"image" must be a URL or the path of an image inside the folder.')
    ]
    assert not any(path.read_bytes() == b"secret" for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())


def test_a_picture_that_is_a_link_out_of_the_folder_is_not_copied(db, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    folder = plain_folder(tmp_path / "in", products=[PRODUCTS[1] | {"image": "link.png"}])
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    report = load_folder("tea", folder)
    assert [problem.file for problem in report.problems] == ["products"]
    assert not (settings.MEDIA_ROOT / "shop" / str(report.shop_id) / "images").exists()


def test_what_is_no_file_or_leads_out_of_the_folder_is_named_and_not_read(db, tmp_path):
    outside = tmp_path / "outside.jsonl"
    outside.write_bytes(GOOD)
    folder = plain_folder(tmp_path / "in")
    (folder / "images").mkdir()
    (folder / "customers.jsonl").mkdir()
    (folder / "events.jsonl").symlink_to("events.jsonl")
    (folder / "orders.jsonl").symlink_to(outside)
    (folder / "zeros.csv").symlink_to("/dev/zero")
    report = load_folder("tea", folder)
    assert [(note.file, note.sentence) for note in report.notes if note.file] == [
        ("customers.jsonl", "Skipped: it isn’t a file."),
        ("events.jsonl", "Skipped: it isn’t a file."),
        ("orders.jsonl", "Skipped: it’s a link that leads out of the folder."),
        ("zeros.csv", "Skipped: it’s a link that leads out of the folder."),
    ]
    with shop_scope(report.shop_id):
        assert not Order.objects.exists()


def test_a_link_within_the_folder_is_a_file_like_others(db, tmp_path):
    folder = plain_folder(tmp_path / "in")
    (folder / ".kept").write_bytes(GOOD)
    (folder / "orders.jsonl").symlink_to(".kept")
    (tmp_path / "link").symlink_to(folder)
    assert load_folder("tea", tmp_path / "link").counts["orders"].new == 1


def test_a_file_is_named_whatever_its_name_is_made_of(db, tmp_path):
    folder = plain_folder(tmp_path / "in")
    for name in (b"\xff.csv", b"a\nb.csv", "\u202egpj.csv".encode()):
        (folder / os.fsdecode(name)).write_bytes(b"no export")
    report = load_folder("tea", folder)
    assert sorted(note.file for note in report.notes if note.file) == ["?.csv", "?gpj.csv", "a?b.csv"]
    with shop_scope(report.shop_id):
        assert selectors.last_run().state == "done"


def test_files_that_were_put_together_keep_every_line(db, tmp_path):
    other = GOOD.replace(b'"3"', b'"4"', 1)
    report = load_orders(tmp_path / "in", b"\xef\xbb\xbf" + GOOD + b"\r\n\xef\xbb\xbf" + other)
    assert (report.counts["orders"].new, report.problems) == (2, ())


@pytest.mark.parametrize("value", ["many", None, 0.5, [1], {"a": 1}, "", True])
def test_a_setting_of_ours_that_holds_nonsense_leaves_the_storefront_as_it_was(db, tmp_path, value):
    shop_id = load_folder("tea", plain_folder(tmp_path / "in")).shop_id
    front, mark = load_front(public_key_of(shop_id)), read_staff_mark(shop_id)
    load_folder("tea", plain_folder(tmp_path / "more", settings=[{"name": "staff_series", "value": value}]))
    assert (load_front(public_key_of(shop_id)), read_staff_mark(shop_id)) == (front, mark)


def test_a_check_says_which_days_a_load_would_count(db, tmp_path):
    folder = plain_folder(tmp_path / "in", shop=[{"currency": "EUR", "timezone": "Mars/Base"}])
    notes = [note.sentence for note in check_folder("tea", folder).notes]
    assert notes == [note.sentence for note in load_folder("tea", folder).notes]
    assert "days are counted in UTC" in notes[0]


def test_an_address_that_runs_code_is_refused(db, tmp_path):
    products = [PRODUCTS[1] | {"url": "JavaScript:alert(1)"}, PRODUCTS[2] | {"url": "/p:1"}]
    report = load_folder("tea", plain_folder(tmp_path / "in", products=products))
    assert [(problem.line, problem.sentence) for problem in report.problems] == [(1, '"url" must be a URL.')]


def test_events_of_impossible_days_are_refused(db, tmp_path):
    event = {"id": "e", "name": "view_item", "visit": "v"}
    days = [event | {"at": at} for at in ("1999-12-31T00:00:00Z", "2199-01-01T00:00:00Z")]
    report = load_folder("tea", plain_folder(tmp_path / "in", events=days))
    assert report.counts["events"].bad == 2


def test_only_a_thousand_problems_are_kept(db, tmp_path):
    report = load_orders(tmp_path / "in", b"{\n" * 1200)
    assert (report.counts["orders"].bad, len(report.problems)) == (1200, 1000)
    with shop_scope(report.shop_id):
        assert len(selectors.last_run().problems) == 1000


def test_a_picture_whose_path_begins_like_an_address_is_brought_in_and_taken_out(db, tmp_path):
    folder = plain_folder(tmp_path / "in", products=[PRODUCTS[1] | {"image": "http/pot.png"}])
    (folder / "http").mkdir()
    (folder / "http" / "pot.png").write_bytes(b"a pot")
    report = load_folder("tea", folder)
    export_folder(report.shop_id, tmp_path / "out")
    assert (tmp_path / "out" / "http" / "pot.png").read_bytes() == b"a pot"
