"""Exports made by somebody who means harm, or by a broken program."""

import tracemalloc

import pytest

from shopconnect.connectors.files.exports import groups
from shopconnect.connectors.files.exports.index import CatalogIndex
from shopconnect.connectors.files.exports.reading import ExportFile, recognise
from shopconnect.connectors.files.exports.types import ReadingContext
from shopconnect.connectors.files.values import BadRow
from shopconnect.connectors.html import plain_text
from tests.connectors.files.reading import read_export, sentences

HEADER = "Handle,Title,Variant Price,Option1 Value\n"
ITEM = "<item><id>1</id><title>A</title><link>https://x.org</link><price>1.00 EUR</price></item>"


def test_a_cell_without_end_ends_the_file_and_not_the_memory(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(HEADER + "a,A,1.00,\nb," + "B" * 50_000_000 + ",1.00,\nc,C,1.00,\n")
    drafts, bad = read_export(path)
    assert [one.external_id for one in drafts] == ["a"]
    assert sentences(bad) == [(3, "A cell is longer than 10 MB; the rest of the file is skipped.")]


def test_a_quotation_mark_that_never_closes_ends_the_file(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text(HEADER + 'a,A,1.00,\nb,"B,1.00,\n' + "c,C,1.00,\n" * 1_200_000)
    drafts, bad = read_export(path)
    assert [one.external_id for one in drafts] == ["a"]
    assert sentences(bad) == [(3, "A cell is longer than 10 MB; the rest of the file is skipped.")]


def test_a_quotation_mark_that_swallows_lines_is_told_and_so_is_another_delimiter(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text(HEADER + 'z;Z;1.00;\na,A,1.00,\nb,"B,1.00,\nc,C,1.00,\n')
    drafts, bad = read_export(path)
    assert [one.external_id for one in drafts] == ["a"]
    assert sentences(bad) == [
        (2, "The line has a single cell: the column titles are separated by another character."),
        (4, "A quotation mark isn’t closed on this line, so the lines after it are taken for the same cell."),
    ]


def test_a_file_that_was_cut_in_the_middle_of_a_line_says_so(tmp_path):
    path = tmp_path / "half.csv"
    path.write_text(HEADER + "a,A,15.50,S\na,,16.50,M\na,,1")  # of 17.50
    drafts, bad = read_export(path)
    assert [str(one.price) for one in drafts[0].variants] == ["15.50", "16.50"]
    assert sentences(bad) == [(4, "The file ends in the middle of this line. Export it again: the rest is missing.")]


@pytest.mark.parametrize("rows", ["a,A,1.00\nb,B,2.00", "a,A,1.00,S\nb,B,2.00\n", "a,A,1.00"])
def test_lines_without_their_last_empty_cells_are_read(tmp_path, rows):
    path = tmp_path / "short.csv"
    path.write_text(HEADER + rows)
    drafts, bad = read_export(path)
    assert (len(drafts), bad) == (rows.count("a,") + rows.count("b,"), [])


def test_lines_that_a_spreadsheet_took_for_one_cell_are_read(tmp_path):
    path = tmp_path / "wrapped.csv"
    for header in (HEADER, f'"{HEADER.strip()}"\n'):
        path.write_text(header + 'a,A,1.00,\n"b,""B, the second"",""2,50"","\n')
        drafts, bad = read_export(path)
        assert [(one.title, str(one.price)) for one in drafts] == [("A", "1.00"), ("B, the second", "2.50")]
        assert bad == []


def test_a_column_that_stands_twice_is_the_first(tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text("Handle,Title,Variant Price,Title,Title\na,A,1.00,active,\n")
    assert [one.title for one in read_export(path)[0]] == ["A"]


def test_a_sku_that_a_spreadsheet_rounded_is_skipped_and_told(tmp_path):
    path = tmp_path / "rounded.csv"
    path.write_text("Handle,Title,Variant Price,Variant SKU\na,A,1.00,3.76E+12\nb,B,1.00,E+12\n")
    drafts, bad = read_export(path)
    assert [one.variants[0].sku for one in drafts] == ["", "E+12"]
    told = '"Variant SKU" was rounded by a spreadsheet, as in 3.76E+12, and is skipped. '
    assert sentences(bad) == [(2, told + "Format the column as text and export again.")]


def test_products_whose_sku_was_rounded_are_not_taken_for_one(tmp_path):
    path = tmp_path / "woo.csv"
    rows = "1,simple,3.76E+12,Mug,3.00,A\n2,simple,3.76E+12,Bowl,4.00,A\n"
    path.write_text(f"ID,Type,SKU,Name,Regular price,Categories\n{rows}")
    drafts, bad = read_export(path)
    assert [one.title for one in drafts] == ["Mug", "Bowl"]
    assert [line for line, said in sentences(bad) if said.startswith('"SKU" was rounded')] == [2, 3]
    path = tmp_path / "magento.csv"
    lines = "3.76E+12,simple,Mug,3.00,D\n3.76E+12,simple,Bowl,4.00,D\na,simple,Cup,1.00,D\na,simple,Jug,2.00,D\n"
    path.write_text(f"sku,product_type,name,price,attribute_set_code\n{lines}")
    drafts, bad = read_export(path)
    assert [one.title for one in drafts] == ["Cup"]
    assert [line for line, said in sentences(bad) if said.startswith('"sku" was rounded')] == [2]
    assert sentences(bad)[-1] == (5, "Another product in the file has the same SKU.")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Handle;Title;Variant Price (EUR)", ("Shopify", "variant price")),
        ("Shop export\nName,Created at,Currency,Lineitem quantity,Lineitem price", ("Shopify", "lineitem name")),
        ("ID,Type,Name,Categories", ("WooCommerce", "regular price")),
        ("id,title,price", None),
        ("id,name,amount", None),
    ],
)
def test_a_header_that_lacks_one_column_is_told_which(tmp_path, header, said):
    path = tmp_path / "near.csv"
    path.write_text(header + "\n1,2,3\n")
    if said is None:
        assert recognise(path) is None
        return
    with pytest.raises(BadRow) as raised:
        recognise(path)
    assert (raised.value.params["platform"], raised.value.params["key"]) == said


def test_zero_bytes_cost_their_line_and_formulas_are_text(tmp_path):
    path = tmp_path / "bytes.csv"
    path.write_text(HEADER + "a,A\0,1.00,\nb,=HYPERLINK(1),1.00,\nc,C,=1+1,\n")
    drafts, bad = read_export(path)
    assert [one.title for one in drafts] == ["=HYPERLINK(1)"]
    assert sentences(bad) == [
        (2, "The line contains invalid characters."),
        (4, '"Variant Price" must be an amount, as in 12.50, and not negative.'),
    ]


def test_a_text_that_is_too_long_costs_its_line_and_names_the_limit(tmp_path):
    path = tmp_path / "title.csv"
    path.write_text(HEADER + f"a,{'A' * 2001},1.00,\nb,B,1.00,\n")
    drafts, bad = read_export(path)
    assert [one.external_id for one in drafts] == ["b"]
    assert sentences(bad) == [(2, '"Title" is longer than 2,000 characters.')]


def test_rows_that_lie_too_far_apart_are_not_held_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(groups, "MOST_HELD", 10)
    path = tmp_path / "apart.csv"
    path.write_text(HEADER + "".join(f"h{n},T,1.00,S\n" for n in range(20)) * 2)
    drafts, bad = read_export(path)
    assert drafts == []
    assert [text for _, text in sentences(bad)] == [groups.TOO_FAR_APART]


def test_a_large_export_is_read_in_the_memory_of_one_product(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write("Handle,Title,Body (HTML),Variant Price,Option1 Value\n")
        for number in range(2_000):
            file.write(f"h{number},T{number},<p>{'word ' * 500}</p>,1.00,S\n")
            file.writelines(f"h{number},,,1.00,V{variant}\n" for variant in range(9))
    export_size = path.stat().st_size
    reading = ExportFile(recognise(path), ReadingContext(currency="EUR", index=CatalogIndex()))
    tracemalloc.start()
    count = sum(len(draft.variants) for _number, draft in reading)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, reading.lines, reading.done_bytes) == (20_000, 20_000, export_size)
    assert peak < export_size / 10


@pytest.mark.parametrize(
    ("xml", "sentence"),
    [
        (
            '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><item><id>&b;</id></item></rss>',
            "The file declares a document type, which isn’t accepted. Remove the DOCTYPE line.",
        ),
        (
            '<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss/>',
            "The file declares a document type, which isn’t accepted. Remove the DOCTYPE line.",
        ),
        ("<rss>" * 1_000_000, "The file nests elements more than 20 levels deep; the rest of it is skipped."),
        ("<rss>\n<channel><item", "Skipped: line 2 isn’t valid XML, and no product comes before it."),
        (
            "<rss><channel><item><id>" + "1" * 11_000_000 + "</id></item></channel></rss>",
            "An item is longer than 10 MB; the rest of the file is skipped.",
        ),
        ("<rss><!--" + "x" * 30_000_000, "An item is longer than 10 MB; the rest of the file is skipped."),
    ],
    ids=["entities", "external", "deep", "cut off", "long", "comment"],
)
def test_a_feed_that_means_harm_is_left_early(tmp_path, xml, sentence):
    path = tmp_path / "feed.xml"
    path.write_text(xml)
    with pytest.raises(BadRow) as refused:
        recognise(path)
    assert str(refused.value) == sentence


def test_a_feed_that_is_cut_off_is_read_up_to_there(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(f"<rss><channel>{ITEM}<item><id>2")
    drafts, bad = read_export(path)
    assert [one.external_id for one in drafts] == ["1"]
    assert sentences(bad) == [(1, "The file isn’t valid XML from here on; the rest is skipped.")]


def test_markup_that_never_closes_is_left_out():
    for mark in ("<a ", "<!--", "<![", "<script", "</", "<?"):
        assert plain_text("seen " + mark * 60_000) == "seen"
    assert plain_text("<p>One &lt; <b>two</b></p><script>1 < 2</script> 3 < 4") == "One < two 3 < 4"


def test_amounts_that_no_table_holds_cost_their_line(tmp_path):
    path = tmp_path / "orders.csv"
    header = "Name,Created at,Currency,Lineitem name,Lineitem quantity,Lineitem price,Id\n"
    rows = [("#1", 999999999, "999999999999"), ("#2", 0.123, "0.123456"), ("#3", 0, "1.00"), ("#4", 1, "1.00")]
    path.write_text(header + "".join(f"{n},2026-01-01 00:00:00 +0000,EUR,A,{q},{p},{n[1:]}\n" for n, q, p in rows))
    drafts, bad = read_export(path)
    assert [one.number for one in drafts] == ["#4"]
    assert [one.number for one in bad] == [2, 3, 4]
