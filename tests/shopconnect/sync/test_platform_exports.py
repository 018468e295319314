"""A folder of what a platform exports becomes a shop; what the files do not say is asked for."""

import gzip
import shutil
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from shopconnect.catalog import selectors as catalog
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import selectors as orders
from shopconnect.orders.models import Order
from shopconnect.shops import selectors as shops
from shopconnect.sync.services import check_folder, export_folder, load_folder
from shopconnect.sync.types import FolderDefaults, ReadCounts
from tests.connectors.files.reading import EXPORTS
from tests.shopconnect.sync.folders import ORDERS, SHOP, files_of, plain_folder, write_lines
from tests.shopconnect.sync.test_commands import run
from tests.shopconnect.sync.test_load_folder import all_rows

PARIS = FolderDefaults(currency="EUR", timezone="Europe/Paris")
OF_SHOPIFY = ("shopify_orders.csv", "shopify_customers.csv", "shopify_products.csv")


def folder_of(folder, *names):
    folder.mkdir()
    for number, name in enumerate(names):
        # What a file is called says nothing, nor does the order in which they lie there.
        shutil.copy(EXPORTS / name, folder / f"{number}-download{name[name.rindex('.') :]}")
    return folder


def test_products_customers_and_orders_of_a_platform_are_a_shop(db, tmp_path):
    report = load_folder("ocre", folder_of(tmp_path / "in", *OF_SHOPIFY), defaults=PARIS)
    assert report.problems == ()
    assert {name: (count.lines, count.new) for name, count in report.counts.items()} == {
        "products": (6, 4),
        "customers": (2, 2),
        "orders": (5, 5),
    }
    assert [note.sentence for note in report.notes] == [
        "Lines that match no product of the shop: 1; orders with such lines: 1. They count towards totals, "
        "but the model doesn’t use them."
    ]
    with shop_scope(report.shop_id):
        assert (shops.shop_profile().currency, shops.shop_profile().timezone) == ("EUR", "Europe/Paris")
        bought = [(row.order_id, row.product_id, row.buyer) for row in orders.iter_purchases()]
        buyers = {buyer for _, _, buyer in bought}
        # Of three orders one came from the till, and one was given back whole.
        assert (len(bought), len(buyers)) == (2, 1)
        assert set(Order.objects.exclude(customer=None).values_list("number", flat=True)) == {"#1003", "#1001", ""}


def test_what_stands_in_several_files_counts_once_and_is_told_once_a_file(db, tmp_path):
    products = ("shopify_products.csv",) * 3
    checked = check_folder("ocre", folder_of(tmp_path / "in", *products, "shopify_orders.csv"), defaults=PARIS)
    report = load_folder("ocre", tmp_path / "in", defaults=PARIS)
    with translation.override("fr"):
        for one in (checked, report):
            assert one.problems == ()
            assert [note.sentence.replace("\xa0", " ") for note in one.notes if note.file.endswith("csv")] == [
                "Déjà présents dans 0-download.csv, donc ignorés ici : 4."
            ] * 2
    assert checked.counts["products"] == ReadCounts(lines=18, read=4, bad=0)
    assert (report.counts["products"].new, report.counts["products"].same, report.counts["products"].bad) == (4, 8, 0)


def test_rows_that_stand_apart_are_told_in_the_order_of_their_file_and_a_cell_once(db, tmp_path):
    folder = folder_of(tmp_path / "in", "shopify_products.csv")
    rows = ["Name,Created at,Currency,Lineitem quantity,Lineitem name,Lineitem price,Cancelled at"]
    for name, quantity, price, cancelled in (
        ("#1", "many", "10.00", ""),
        ("#2", "0", "10.00", ""),
        ("#1", "1", "dear", ""),
        ("#3", "1", "10.00", "soon"),
        ("#2", "1", "12.00", ""),
        ("#1", "1", "12.00", ""),
    ):
        rows.append(f"{name},2026-01-07 10:00:00 +0100,EUR,{quantity},Mug,{price},{cancelled}")
    (folder / "orders.csv").write_text("\n".join([*rows, ""]))
    report = load_folder("ocre", folder, defaults=PARIS)
    told = [(problem.line, problem.column) for problem in report.problems]
    assert told == [(2, "Lineitem quantity"), (3, "Lineitem quantity"), (4, "Lineitem price"), (5, "Cancelled at")]
    with shop_scope(report.shop_id):
        assert set(Order.objects.values_list("number", flat=True)) == {"#1", "#2"}


def test_the_same_exports_again_change_nothing(db, tmp_path):
    folder = folder_of(tmp_path / "in", *OF_SHOPIFY)
    first = load_folder("ocre", folder, defaults=PARIS)
    before = all_rows(first.shop_id)
    assert not load_folder("ocre", folder).is_changed
    assert all_rows(first.shop_id) == before


def test_what_was_read_of_exports_goes_out_and_comes_in_again_alike(db, tmp_path):
    first = load_folder("ocre", folder_of(tmp_path / "in", *OF_SHOPIFY), defaults=PARIS)
    export_folder(first.shop_id, tmp_path / "out")
    second = load_folder("two", tmp_path / "out")
    assert second.problems == ()
    export_folder(second.shop_id, tmp_path / "again")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "again")


def test_orders_may_come_alone_once_the_products_are_there(db, tmp_path):
    load_folder("ocre", folder_of(tmp_path / "a", "shopify_products.csv", "shopify_customers.csv"), defaults=PARIS)
    report = load_folder("ocre", folder_of(tmp_path / "b", "shopify_orders.csv"))
    with shop_scope(report.shop_id):
        assert orders.count_unmatched_lines() == (1, 1)
        assert Order.objects.exclude(customer=None).count() == 3


@pytest.mark.parametrize(
    ("name", "products"),
    [
        ("woocommerce_products.csv", 3),
        ("prestashop_products.csv", 2),
        ("magento_products.csv", 2),
        ("google_feed.xml", 2),
        ("google_feed.tsv", 1),
        ("shopify_products_new.csv", 1),
    ],
)
def test_each_export_of_products_is_a_shop_with_our_own_orders_beside_it(db, tmp_path, name, products):
    folder = folder_of(tmp_path / "in", name)
    write_lines(folder / "orders.jsonl", ORDERS[:1])
    report = load_folder("any", folder, defaults=PARIS)
    assert (report.counts["products"].new, report.counts["orders"].new) == (products, 1)
    assert not load_folder("any", folder).is_changed


@pytest.mark.parametrize(
    ("names", "defaults", "code", "sentence"),
    [
        (["woocommerce_products.csv"], FolderDefaults(), "needs_currency", "--currency EUR"),
        (["woocommerce_products.csv"], FolderDefaults(currency="EUR"), "needs_timezone", "--timezone Europe/Paris"),
        (["google_feed.xml"], FolderDefaults(), "needs_timezone", "--timezone Europe/Paris"),
        (list(OF_SHOPIFY), FolderDefaults(), "needs_timezone", "--timezone Europe/Paris"),
        (["woocommerce_products.csv"], FolderDefaults(currency="Euro"), "bad_currency", "three capital letters"),
        (["woocommerce_products.csv"], FolderDefaults(timezone="Paris"), "bad_timezone", "an IANA time zone"),
        (["shopify_orders.csv"], PARIS, "no_shop_folder", "product export"),
    ],
)
def test_what_no_file_says_is_asked_for_and_never_guessed(db, tmp_path, names, defaults, code, sentence):
    folder = folder_of(tmp_path / "in", *names)
    with pytest.raises(Refusal, match=sentence) as refused:
        load_folder("any", folder, defaults=defaults)
    assert refused.value.code == code
    assert list(shops.all_shops()) == []


def test_a_time_zone_that_is_given_later_is_the_shops(db, tmp_path):
    folder = plain_folder(tmp_path / "in")
    shop_id = load_folder("tea", folder).shop_id
    load_folder("tea", folder, defaults=FolderDefaults(timezone="Asia/Kuwait"))
    with shop_scope(shop_id):
        assert shops.shop_profile().timezone == "Asia/Kuwait"


def test_a_check_reports_line_by_line_and_stores_nothing(db, tmp_path):
    folder = folder_of(tmp_path / "in", "woocommerce_products.csv")
    (folder / "notes.txt").write_text("Call the printer.")
    report = check_folder("any", folder)
    assert list(shops.all_shops()) == []
    assert report.missing == ("currency", "timezone")
    assert report.counts == {"products": ReadCounts(lines=8, read=3, bad=2)}
    assert [asdict(one) for one in report.files] == [
        {"name": "0-download.csv", "kind": "products", "platform": "WooCommerce"}
    ]
    assert [(one.file, one.line, one.column) for one in report.problems] == [
        ("0-download.csv", 4, ""),
        ("0-download.csv", 9, ""),
    ]
    assert [one.file for one in report.notes] == ["notes.txt"]


def test_a_check_of_our_own_files_counts_what_a_load_would_complain_of(db, tmp_path):
    price = {"product": "nowhere", "at": "2026-01-01T00:00:00Z", "price": "8.00", "currency": "EUR"}
    folder = plain_folder(tmp_path / "in", shop=[SHOP], prices=[price], orders=[ORDERS[2], {"id": "9"}])
    report = check_folder("tea", folder)
    assert report.missing == ()
    assert report.counts["orders"] == ReadCounts(lines=2, read=1, bad=1)
    assert report.counts["prices"] == ReadCounts(lines=1, read=0, bad=1)
    assert [(one.file, one.line, one.column) for one in report.problems] == [
        ("prices", 1, ""),
        ("orders", 2, "placed_at"),
    ]
    assert [one.file for one in report.notes] == ["orders"]


def test_a_problem_names_the_column_in_the_merchants_language(db, tmp_path):
    folder = folder_of(tmp_path / "in", "prestashop_products.csv")
    with translation.override("fr"):
        (problem,) = check_folder("any", folder, defaults=PARIS).problems
        sentence = problem.sentence
    assert (problem.line, problem.column, sentence) == (
        4,
        "Price tax excluded",
        "«\u00a0Price tax excluded\u00a0» manque.",
    )


def test_the_command_takes_currency_and_time_zone_and_checks(db, tmp_path):
    folder = folder_of(tmp_path / "in", "woocommerce_products.csv")
    checked = run("load_shop", "any", str(folder), "--check")
    assert "products: 8 lines; 3 read, 2 bad and left out.\n" in checked
    assert "  0-download.csv, line 4: A grouped product has no price of its own" in checked
    assert "  --currency must be given: no file says it.\n" in checked
    assert checked.endswith("Nothing was stored.\n")
    with pytest.raises(CommandError, match="Add --currency"):
        call_command("load_shop", "any", str(folder))
    loaded = run("load_shop", "any", str(folder), "--currency", "EUR", "--timezone", "Europe/Paris")
    assert "products: 8 lines; 3 new, 0 changed, 0 the same, 2 bad and left out.\n" in loaded


def test_an_address_is_kept_encrypted_and_in_no_report(db, tmp_path):
    report = load_folder("ocre", folder_of(tmp_path / "in", *OF_SHOPIFY), defaults=PARIS)
    assert "lea@" not in repr(report).lower()
    with shop_scope(report.shop_id):
        stored = Order.objects.get(kind="order", number="#1002")
        assert (stored.email, stored.customer, len(stored.person_key)) == ("guest@example.org", None, 64)
        assert "lea@" not in repr(list(catalog.iter_products())).lower()


def test_orders_without_an_offset_are_placed_in_the_time_zone_that_was_given(db, tmp_path):
    folder = folder_of(tmp_path / "in", "shopify_products.csv")
    header = "Name,Created at,Currency,Lineitem name,Lineitem quantity,Lineitem price\n"
    (folder / "orders.csv").write_text(
        header + "#1,05/07/2026 09:00,EUR,Mug,1,5.00\n#2,13/07/2026 09:00,EUR,Mug,1,5.00\n"
    )
    assert check_folder("ocre", folder, defaults=PARIS).problems == ()
    report = load_folder("ocre", folder, defaults=PARIS)
    with shop_scope(report.shop_id):
        assert Order.objects.get(number="#1").placed_at == datetime(2026, 7, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Skipped: it’s a spreadsheet. Open it and save it as CSV, then import that file."),
        (
            "fr",
            "Ignoré\u00a0: c’est un classeur de tableur. Ouvrez-le, enregistrez-le au format CSV, puis importez ce "
            "fichier.",
        ),
    ],
)
def test_a_spreadsheet_is_told_to_be_saved_as_csv(db, tmp_path, language, sentence):
    names = ("a.xlsx", "b.XLS", "c.numbers", "d.ods")
    for name in names:
        (tmp_path / name).write_bytes(b"PK\x03\x04\0")
    with translation.override(language):
        told = [(note.file, note.sentence) for note in check_folder("ocre", tmp_path, defaults=PARIS).notes]
    assert told == [(name, sentence) for name in names]


def test_an_archive_is_told_to_be_unpacked(db, tmp_path):
    for name in ("a.zip", "b.csv.GZ"):
        (tmp_path / name).write_bytes(b"PK\x03\x04\0")
    told = [(note.file, note.sentence) for note in check_folder("ocre", tmp_path, defaults=PARIS).notes]
    sentence = "Skipped: it’s an archive. Unpack it, then import the files in it."
    assert told == [("a.zip", sentence), ("b.csv.GZ", sentence)]


def test_columns_without_a_line_below_are_told_so(db, tmp_path):
    header = (EXPORTS / "shopify_products.csv").read_text().splitlines()[0]
    (tmp_path / "products.csv").write_text(header + "\n")
    with pytest.raises(Refusal, match="The file has column titles and nothing below. Export your products again."):
        load_folder("ocre", tmp_path, defaults=PARIS)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Skipped: the file has column titles and nothing below."),
        ("fr", "Ignoré\u00a0: le fichier a des titres de colonnes et rien en dessous."),
    ],
)
def test_columns_without_a_line_below_are_told_beside_other_files_too(db, tmp_path, language, sentence):
    shutil.copy(EXPORTS / "shopify_products.csv", tmp_path)
    header = (EXPORTS / "shopify_orders.csv").read_text().splitlines()[0]
    (tmp_path / "orders.csv").write_text(header + "\n")
    with translation.override(language):
        told = [(note.file, note.sentence) for note in check_folder("ocre", tmp_path, defaults=PARIS).notes]
    assert told == [("orders.csv", sentence)]


@pytest.mark.parametrize(
    ("start", "english", "french"),
    [
        (b"<!DOCTYPE html><title>Sign in</title>", "it’s a web page", "c’est une page web"),
        (b"\xef\xbb\xbf\r\n<html><table><tr><td>Handle</td></tr></table>", "it’s a web page", "c’est une page web"),
        (b"PK\x03\x04\x14\0[Content_Types].xml", "it’s a spreadsheet", "c’est un classeur de tableur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "it’s a spreadsheet", "c’est un classeur de tableur"),
        (b"PK\x03\x04\x14\0products.csv", "it’s an archive", "c’est une archive"),
        (gzip.compress(b"Handle,Title", mtime=0), "it’s an archive", "c’est une archive"),
        (b"%PDF-1.7", "it’s a PDF", "c’est un PDF"),
        (b"\x89PNG\r\n\x1a\n", "it’s an image", "c’est une image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "it’s an image", "c’est une image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "it’s an image", "c’est une image"),
        (b"", "the file is empty", "le fichier est vide"),
        (b"\xef\xbb\xbf \n\t\r\n", "the file is empty", "le fichier est vide"),
    ],
)
def test_what_is_no_table_is_told_by_what_it_is_whatever_it_is_called(db, tmp_path, start, english, french):
    (tmp_path / "products.csv").write_bytes(start)
    for language, said in (("en", f"Skipped: {english}"), ("fr", f"Ignoré\u00a0: {french}")):
        with translation.override(language):
            (note,) = check_folder("ocre", tmp_path, defaults=PARIS).notes
            assert note.sentence.startswith(said)


def test_a_limit_in_a_sentence_is_written_as_the_reader_writes_numbers(db, tmp_path):
    (tmp_path / "products.csv").write_text(f"Handle,Title,Variant Price\na,{'A' * 2001},1.00\nb,B,1.00\n")
    for language, limit in (("en", "2,000 characters"), ("fr", "2\u00a0000 caractères")):
        with translation.override(language):
            (problem,) = check_folder("ocre", tmp_path, defaults=PARIS).problems
            assert limit in problem.sentence
