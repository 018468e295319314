"""What platforms export becomes the same drafts as our own files."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shopconnect.connectors.files.exports.index import CatalogIndex
from shopconnect.connectors.files.exports.reading import recognise
from shopconnect.connectors.types import LineDraft, OrderKind, TranslationDraft
from tests.connectors.files.reading import EXPORTS, read_export, sentences


def test_rows_of_a_handle_are_a_product_with_its_variants_and_pictures():
    drafts, bad = read_export(EXPORTS / "shopify_products.csv")
    assert bad == []
    mug, candle, card, vase = drafts
    assert (mug.external_id, mug.title, mug.vendor) == ("mug-en-gres", "Mug en grès", "Atelier Ocre")
    assert (mug.description, mug.category) == ("Tourné à la main , un par un.", ("Vaisselle",))
    assert (mug.tags, mug.url, mug.currency) == (("grès", "fait main"), "/products/mug-en-gres", "EUR")
    assert (mug.image, mug.price, mug.cost, mug.stock) == (
        "https://cdn.example.com/mug.jpg",
        Decimal("22.50"),
        Decimal("9.00"),
        Decimal(10),
    )
    assert [(one.external_id, one.sku, one.price, one.compare_at_price, one.stock) for one in mug.variants] == [
        ("Ocre / 25 cl", "MUG-OC-25", Decimal("24.00"), Decimal("28.00"), Decimal(12)),
        ("Bleu / 25 cl", "MUG-BL-25", Decimal("22.50"), None, Decimal(-2)),
    ]
    assert [(one.external_id, one.title, one.stock) for one in candle.variants] == [("Default Title", "", None)]
    assert [product.available for product in drafts] == [True, True, True, False]
    assert (card.is_gift_card, vase.is_gift_card) == (True, False)


def test_the_newer_template_of_the_same_export_is_read_alike():
    (shirt,), bad = read_export(EXPORTS / "shopify_products_new.csv")
    assert bad == []
    assert (shirt.external_id, shirt.title, shirt.description) == ("linen-shirt", "Linen shirt", "Washed linen.")
    assert shirt.category == ("Apparel & Accessories", "Clothing", "Shirts & Tops")
    assert [(one.external_id, one.stock) for one in shirt.variants] == [("S", Decimal(0)), ("M", Decimal(4))]
    assert (shirt.available, shirt.price, shirt.image) == (True, Decimal("79.00"), "https://cdn.example.com/shirt.jpg")


def test_lines_of_orders_are_matched_by_sku_else_by_title_and_variant():
    index = CatalogIndex(read_export(EXPORTS / "shopify_products.csv")[0])
    drafts, bad = read_export(EXPORTS / "shopify_orders.csv", index, {"Lea@Example.fr": "7391001"})
    assert bad == []
    first = drafts[0]
    assert (first.external_id, first.number, first.kind) == ("5839402000001", "#1003", OrderKind.ORDER)
    assert first.placed_at == datetime(2026, 1, 24, 12, 34, 28, tzinfo=UTC)
    assert (first.currency, first.customer, first.email, first.country) == ("EUR", "7391001", "Lea@Example.fr", "FR")
    assert (first.channel, first.status) == ("web", "paid")
    assert [(line.product, line.variant, line.quantity) for line in first.lines] == [
        ("mug-en-gres", "Ocre / 25 cl", 2),
        ("bougie-figuier", "Default Title", 1),
    ]
    assert sum(line.total for line in first.lines) == Decimal("61.10")
    assert [(one.at, one.status) for one in first.shipments] == [(datetime(2026, 1, 25, 4, tzinfo=UTC), "sent")]
    by_title = next(draft for draft in drafts if draft.number == "#1001")
    assert [(line.product, line.variant) for line in by_title.lines] == [
        ("mug-en-gres", "Bleu / 25 cl"),
        ("Atelier du samedi", ""),
    ]
    assert by_title.channel == "pos"


def test_an_order_that_stands_twice_counts_once(tmp_path):
    content = (EXPORTS / "shopify_orders.csv").read_bytes()
    (tmp_path / "orders.csv").write_bytes(content + content)
    drafts, bad = read_export(tmp_path / "orders.csv")
    assert drafts == read_export(EXPORTS / "shopify_orders.csv")[0]
    assert {one.text for one in bad} == {"The same order is already on other lines of the file."}
    assert sum(one.lines for one in bad) == len(content.splitlines()) - 1


def test_a_refund_is_all_lines_of_an_order_refunded_whole_and_else_an_amount():
    index = CatalogIndex(read_export(EXPORTS / "shopify_products.csv")[0])
    drafts, _bad = read_export(EXPORTS / "shopify_orders.csv", index)
    orders = {draft.external_id: draft for draft in drafts if draft.kind is OrderKind.ORDER}
    refunds = {draft.refunds: draft for draft in drafts if draft.kind is OrderKind.REFUND}
    assert set(refunds) == {"5839402000002", "5839402000003"}
    assert refunds["5839402000002"].lines == orders["5839402000002"].lines
    part = refunds["5839402000003"]
    assert part.lines == (LineDraft("refund-5839402000003", Decimal(1), Decimal("5.00"), Decimal(0)),)
    assert part.placed_at == orders["5839402000003"].placed_at


def test_customers_are_known_by_number_and_keep_no_name():
    drafts, bad = read_export(EXPORTS / "shopify_customers.csv")
    assert bad == []
    assert [(one.external_id, one.email, one.country, one.marketing_consent) for one in drafts] == [
        ("7391001", "lea@example.fr", "FR", True),
        ("7391002", "", "GB", False),
    ]
    assert "Martin" not in repr(drafts)


def test_variations_find_their_parent_by_sku_or_id_wherever_they_stand():
    drafts, bad = read_export(EXPORTS / "woocommerce_products.csv")
    album, hoodie, belt = (
        sorted(drafts, key=lambda one: one.title)[0],
        *sorted(drafts, key=lambda one: one.title)[:0:-1],
    )
    assert (album.price, album.category) == (Decimal("12.00"), ("Music, books", "Albums"))
    assert album.variants[0].compare_at_price == Decimal("15.00")
    assert (hoodie.external_id, hoodie.category, hoodie.tags) == ("44", ("Clothing", "Hoodies"), ("winter", "cotton"))
    assert (hoodie.price, hoodie.stock, hoodie.image) == (Decimal(45), 3, "https://cdn.example.com/hoodie.jpg")
    assert [(one.external_id, one.title, one.price) for one in hoodie.variants] == [
        ("60", "Blue", Decimal(45)),
        ("61", "Red", Decimal(45)),
    ]
    assert (belt.external_id, belt.price) == ("52", Decimal("18.5"))
    assert sentences(bad) == [
        (4, "A grouped product has no price of its own: only its parts are imported."),
        (9, "The product that this variation belongs to is not in the file."),
    ]


def test_columns_in_french_are_known_too(tmp_path):
    head, rest = (EXPORTS / "woocommerce_products.csv").read_text().split("\n", 1)
    french = {
        "SKU": "UGS",
        "Name": "Nom",
        "Published": "Publié",
        "Visibility in catalog": "Visibilité dans le catalogue",
        "Short description": "Description courte",
        "Date sale price starts": "Date de début de promo",
        "Date sale price ends": "Date de fin de promo",
        "In stock?": "En stock\u00a0?",
        "Sale price": "Tarif promo",
        "Regular price": "Tarif régulier",
        "Categories": "Catégories",
        "Tags": "Étiquettes",
        "Attribute 1 value(s)": "Valeur(s) de l’attribut 1 ",
    }
    titles = [french.get(title, title) for title in head.split(",")]
    assert set(french.values()) < set(titles)
    (tmp_path / "produits.csv").write_text(",".join(titles) + "\n" + rest)
    assert read_export(tmp_path / "produits.csv")[0] == read_export(EXPORTS / "woocommerce_products.csv")[0]


def test_net_prices_are_taken_as_they_stand_and_that_is_said():
    drafts, bad = read_export(EXPORTS / "prestashop_products.csv")
    shirt, poster = drafts
    assert (shirt.title, shirt.category, shirt.price) == (
        "T-shirt imprimé colibri",
        ("Vêtements", "Hommes"),
        Decimal("23.9"),
    )
    assert (shirt.cost, shirt.stock, shirt.description) == (Decimal("5.49"), 300, "Coupe régulière")
    assert (poster.price, poster.available, poster.cost) == (Decimal("29.90"), False, None)
    assert sentences(bad) == [(4, '"Price tax excluded" is missing.')]
    assert recognise(EXPORTS / "prestashop_products.csv").notes == [
        "Prices in this file exclude tax and are imported as they are: no tax is added.",
        "The file isn’t UTF-8, so it was read as Windows-1252. If accents look wrong, save it as UTF-8.",
    ]


def test_configurable_products_take_in_their_children_and_store_views_are_translations():
    drafts, bad = read_export(EXPORTS / "magento_products.csv")
    jacket, bag = drafts
    assert (jacket.external_id, jacket.title, jacket.description) == ("WJ01", "Stellar Jacket", "Warm & light.")
    assert (jacket.category, jacket.url, jacket.price) == (
        ("Women", "Tops", "Jackets"),
        "/stellar-jacket.html",
        Decimal(60),
    )
    assert [(one.external_id, one.title, one.price, one.compare_at_price) for one in jacket.variants] == [
        ("WJ01-S-Blue", "S / Blue", Decimal(75), None),
        ("WJ01-M-Blue", "M / Blue", Decimal(60), Decimal(75)),
    ]
    assert (jacket.available, jacket.stock) == (True, 5)
    assert jacket.translations == (TranslationDraft(language="fr", title="Veste Stellar"),)
    assert (bag.external_id, bag.category, bag.stock) == ("24-MB01", ("Gear", "Bags"), 100)
    assert sentences(bad) == [
        (6, "The store view doesn’t name a language, so its texts are skipped."),
        (8, "The product isn’t visible on its own, and no configurable product in the file refers to it."),
    ]
    assert [one.lines for one in bad] == [0, 1]


def test_what_a_configurable_product_or_a_store_view_refers_to_in_vain_is_told(tmp_path):
    lines = (
        ',configurable,Bag,"sku=bag-s,size=S|sku=bag-m,size=M",,,bag',
        ",simple,Bag S,,4.00,,bag-s",
        "fr,configurable,Sac,,,,bag",
        "fr,simple,Chapeau,,,,hat",
        ",configurable,Coat," + '"' + "|".join(f"sku=coat-{size},size={size}" for size in range(7)) + '",,,coat',
    )
    path = tmp_path / "magento.csv"
    header = "store_view_code,product_type,name,configurable_variations,price,attribute_set_code,sku"
    path.write_text("\n".join((header, *lines)))
    drafts, bad = read_export(path)
    assert [(one.title, [variant.external_id for variant in one.variants]) for one in drafts] == [("Bag", ["bag-s"])]
    assert drafts[0].translations == (TranslationDraft(language="fr", title="Sac"),)
    assert [(one.number, one.lines) for one in bad] == [(2, 0), (5, 1), (6, 1)]
    assert [said for _, said in sentences(bad)] == [
        "Variations of this product that aren’t in the file: bag-m.",
        "This line only has a store view’s texts, and no line of the file has their product.",
        "Variations of this product that aren’t in the file: coat-0, coat-1, coat-2, coat-3, coat-4, ….",
    ]


def test_items_of_a_group_in_a_feed_are_one_product():
    drafts, bad = read_export(EXPORTS / "google_feed.xml")
    musk, oud = drafts
    assert (oud.external_id, oud.currency, oud.price) == ("oud", "KWD", Decimal("8.500"))
    assert (oud.description, oud.category, oud.vendor) == ("Warm & deep", ("Perfume", "Oud"), "Matjar")
    assert [(one.external_id, one.title, one.price, one.compare_at_price) for one in oud.variants] == [
        ("1001", "50 ml", Decimal("8.500"), Decimal("10.000")),
        ("1003", "100 ml", Decimal("18.000"), None),
    ]
    assert (musk.available, musk.price) == (False, Decimal("4.250"))
    assert sentences(bad) == [(19, '"price" must be an amount and its currency, as in 12.50 EUR.')]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12,50 EUR", ("12.50", "EUR")),
        ("EUR 1 234.50", ("1234.50", "EUR")),
        ("1.234,50 €", ("1234.50", "EUR")),
        ("10.000 KWD", ("10.000", "KWD")),
        ("£9", ("9", "GBP")),
        ("$9", None),  # of which country?
        ("1,234 EUR", None),  # a thousand, or little more than one?
        ("-9 EUR", None),
        ("9", None),
    ],
)
def test_a_price_of_a_feed_is_read_as_shops_write_it(tmp_path, written, read):
    item = f"<item><g:id>1</g:id><g:title>Mug</g:title><g:link>https://x.example/1</g:link><g:price>{written}</g:price></item>"
    feed = f'<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>{item}</channel></rss>'
    (tmp_path / "feed.xml").write_text(feed)
    drafts, bad = read_export(tmp_path / "feed.xml")
    assert [(one.price, one.currency) for one in drafts] == ([(Decimal(read[0]), read[1])] if read else [])
    assert len(bad) == (read is None)


def test_blank_lines_before_a_feed_are_passed_over(tmp_path):
    (tmp_path / "feed.xml").write_bytes(b"\xef\xbb\xbf\n \n" + (EXPORTS / "google_feed.xml").read_bytes())
    drafts, bad = read_export(tmp_path / "feed.xml")
    plain, plain_bad = read_export(EXPORTS / "google_feed.xml")
    assert drafts == plain
    assert [one.number - 2 for one in bad] == [one.number for one in plain_bad]


def test_a_feed_may_be_a_table():
    (lamp,), bad = read_export(EXPORTS / "google_feed.tsv")
    assert (lamp.external_id, lamp.title, lamp.price, lamp.currency) == ("A1", 'Lamp 5" brass', Decimal(59), "EUR")
    assert bad == []


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_encoding_and_delimiter_is_found_out(tmp_path, encoding, delimiter):
    rows = [["HANDLE", " Title ", "variant  price", "Vendor"], ["été", "Été; «\u00a0le\u00a0»", "12.50", "Zoé, fille"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    path = tmp_path / "whatever.txt"
    path.write_bytes(text.encode(encoding))
    (draft,), bad = read_export(path)
    assert (draft.external_id, draft.title, draft.vendor) == ("été", "Été; «\u00a0le\u00a0»", "Zoé, fille")
    assert bad == []


def test_rows_of_a_product_may_stand_apart_and_columns_in_any_order(tmp_path):
    path = tmp_path / "sorted.csv"
    path.write_text(
        "sep=,\nVariant Price,Extra,Title,Handle,Option1 Value\n1.00,x,A,a,S\n5.00,,B,b,S\n2.00,,,a,M\n\n6.00,,,b,M\n"
    )
    drafts, bad = read_export(path)
    assert [(one.external_id, one.title, len(one.variants)) for one in drafts] == [("a", "A", 2), ("b", "B", 2)]
    assert bad == []


def test_what_is_wrong_names_line_and_column_as_the_file_does(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text(
        "URL handle,Title,Price,Compare-at price,Inventory tracker,Inventory quantity\n"
        'a,"A\nwith a break","1,23,4",,,\n'
        "b,B,1.00,cheap,shopify,many\n"
        "c,,1.00,,,\n"
        "d,D,12345678901234.00,,,\n"
        "e,E,1.00,,,,,over\n"
    )
    drafts, bad = read_export(path)
    assert [one.external_id for one in drafts] == ["b"]
    assert sentences(bad) == [
        (2, '"Price" must be an amount, as in 12.50, and not negative.'),
        (4, '"Inventory quantity" must be a number.'),
        (4, '"Compare-at price" must be an amount, as in 12.50, and not negative.'),
        (5, '"Title" is missing.'),
        (6, '"Price" has more than 12 digits before the point or 6 after it.'),
        (7, "The line has more cells than there are columns: a quotation mark may be missing."),
    ]
    assert [one.lines for one in bad] == [1, 0, 0, 1, 1, 1]


def test_what_two_products_share_means_neither():
    drafts, _bad = read_export(EXPORTS / "shopify_products.csv")
    index = CatalogIndex(drafts)
    twin = drafts[0].__class__(
        external_id="twin", title="Bougie figuier", price=Decimal(1), currency="EUR", variants=drafts[0].variants
    )
    index.add(twin)
    assert index.find("MUG-OC-25", "") is None
    assert index.find("", "Bougie figuier") is None
    assert index.find("", "Mug en grès - Ocre / 25 cl") == ("mug-en-gres", "Ocre / 25 cl")


def test_other_tables_are_no_export(tmp_path):
    for name, text in {"a.csv": "Name,Email\nx,y\n", "b.csv": "", "c.bin": "\0\0\0", "d.csv": "\n\n"}.items():
        (tmp_path / name).write_text(text)
        assert recognise(tmp_path / name) is None
