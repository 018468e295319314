"""Lines as merchants have them: what is wrong costs as little as it can, and is said."""

import pytest
from django.utils import translation

from recommender.products.data.reading import read_shop, refuse_without_orders
from shopconnect.catalog import selectors as catalog
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import selectors as orders
from shopconnect.orders.models import Order
from shopconnect.shops import selectors as shops
from shopconnect.sync.services import check_folder, export_folder, load_folder
from tests.shopconnect.sync.folders import ORDERS, PRODUCTS, SHOP, files_of, plain_folder

PRODUCT = {"id": "p1", "title": "Thing", "price": "10.00", "currency": "EUR"}
ORDER = {
    "id": "o1",
    "placed_at": "2026-05-01T09:00:00Z",
    "currency": "EUR",
    "lines": [{"product": "p1", "quantity": 1, "price": "10.00"}],
}


def said(report):
    return [(problem.file, problem.line, problem.sentence) for problem in report.problems]


def noted(report):
    return [(note.file, note.sentence) for note in report.notes]


def test_an_orders_customer_is_a_buyer_though_no_customer_file_came(db, tmp_path):
    many = [ORDER | {"id": str(n), "customer": f"c{n % 2}"} for n in range(4)]
    report = load_folder("tea", plain_folder(tmp_path / "in", products=[PRODUCT], orders=many))
    with shop_scope(report.shop_id):
        buyers = [row.buyer for row in orders.iter_purchases()]
        ids = list(Order.objects.order_by("id").values_list("id", flat=True))
        earlier = list(orders.iter_earlier(ids[2], ids[3]))
    assert None not in buyers
    assert len(set(buyers)) == 2
    assert [row.order_id for row in earlier] == [ids[1]]


def test_an_order_dated_in_the_future_is_noted_and_teaches_nothing(db, tmp_path):
    late = ORDER | {"id": "late", "placed_at": "2099-01-01T00:00:00Z"}
    folder = plain_folder(tmp_path / "in", shop=[SHOP], products=[PRODUCT], orders=[ORDER, late])
    said_of_it = [("orders", "Orders dated in the future: 1. The model doesn’t use them.")]
    assert noted(check_folder("tea", folder)) == said_of_it
    report = load_folder("tea", folder)
    assert noted(report) == said_of_it
    with shop_scope(report.shop_id):
        assert len(list(orders.iter_purchases())) == 1


def test_a_setting_may_be_any_json(db, tmp_path):
    values = {"ratio": 0.5, "deep": {"a": [1, 0.25, None]}, "less": -1.5, "text": "", "none": None, "empty": {}}
    values |= {"huge": 10**308, "written huge": 1e308, "round": 2.0}
    settings = [{"name": name, "value": value} for name, value in values.items()]
    report = load_folder("tea", plain_folder(tmp_path / "in", settings=settings))
    assert said(report) == []
    assert report.counts["settings"].new == len(values)
    with shop_scope(report.shop_id):
        assert shops.shop_settings() == values | {"written huge": 10**308}
    assert load_folder("tea", tmp_path / "in").counts["settings"].same == len(values)


def test_a_number_that_no_database_takes_costs_its_setting(db, tmp_path):
    folder = plain_folder(tmp_path / "in")
    (folder / "settings.jsonl").write_text('{"name": "huge", "value": 1e400}\n')
    assert said(load_folder("tea", folder)) == [("settings", 1, '"value" contains a number that is too large.')]


def test_a_price_and_a_stock_of_days_to_come_do_not_hold_yet(db, tmp_path):
    folder = plain_folder(
        tmp_path / "in",
        shop=[SHOP],
        products=[PRODUCT | {"stock": 5}],
        prices=[{"product": "p1", "at": "2150-01-01T00:00:00Z", "price": "8.00", "currency": "EUR"}],
        stock=[{"product": "p1", "at": "2150-01-01T00:00:00Z", "level": 50}],
    )
    first = load_folder("tea", folder)
    load_folder("tea", folder)
    with shop_scope(first.shop_id):
        assert [str(price.price) for price in catalog.iter_prices()] == ["10.000000", "8.000000"]
        assert [int(stock.level) for stock in catalog.iter_stock()] == [5, 50]
    export_folder(first.shop_id, tmp_path / "out")
    second = load_folder("two", tmp_path / "out")
    export_folder(second.shop_id, tmp_path / "again")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "again")


PRODUCT_KEYS = (
    *("description", "vendor", "category", "tags", "image", "url", "available", "gift_card", "created_at"),
    *("deleted_at", "cost", "stock", "translations", "variants"),
)
ORDER_KEYS = (
    *("kind", "number", "status", "channel", "test", "cancelled_at", "customer", "email", "country", "refunds"),
    *("arm", "checkout", "shipments"),
)


@pytest.mark.parametrize("nothing", ["", [], None])
def test_empty_says_nothing_in_any_field_that_may_be_missing(db, tmp_path, nothing):
    variant_keys = ("sku", "title", "price", "compare_at_price", "cost", "stock", "deleted_at")
    products = [PRODUCT, *(PRODUCT | {"id": key, key: nothing} for key in PRODUCT_KEYS)]
    variant = {"id": "v", **dict.fromkeys(variant_keys, nothing)}
    line = ORDER["lines"][0] | {"variant": nothing, "discount": nothing, "id": nothing}
    report = load_folder(
        "tea",
        plain_folder(
            tmp_path / "in",
            shop=[SHOP | {"languages": nothing, "hosts": nothing, "prices_include_tax": nothing}],
            products=[*products, PRODUCT | {"id": "v", "variants": [variant]}],
            customers=[{"id": key, key: nothing} for key in ("email", "created_at", "marketing_consent", "language")],
            orders=[ORDER | {"lines": [line]}, *(ORDER | {"id": key, key: nothing} for key in ORDER_KEYS)],
        ),
    )
    assert said(report) == []
    assert report.counts["products"].new == len(PRODUCT_KEYS) + 2
    assert report.counts["orders"].new == len(ORDER_KEYS) + 1


def test_lines_that_name_no_product_are_noted(db, tmp_path):
    report = load_folder("tea", plain_folder(tmp_path / "in", shop=[SHOP], products=[PRODUCT], orders=ORDERS[:3]))
    assert noted(report) == [
        (
            "orders",
            "Lines that match no product of the shop: 4; orders with such lines: 3. They count towards totals, "
            "but the model doesn’t use them.",
        )
    ]


def test_evaluating_says_that_orders_name_no_product(db, tmp_path):
    products = [PRODUCT, PRODUCT | {"id": "p2"}]
    folder = plain_folder(tmp_path / "in", shop=[SHOP], products=products, orders=[ORDERS[2]])
    shop_id = load_folder("tea", folder).shop_id
    with pytest.raises(Refusal, match="1 of their lines match no product of the shop"):
        refuse_without_orders(read_shop(ShopId(shop_id)))


def test_prices_and_stock_of_unknown_products_are_named_and_come_in_with_them(db, tmp_path):
    price = {"product": "p2", "at": "2026-01-01T00:00:00Z", "price": "8.00", "currency": "EUR"}
    stock = {"product": "p2", "at": "2026-01-01T00:00:00Z", "level": 3}
    prices = [price, price | {"product": "p1"}, price | {"product": "p1", "price": "7.00"}]
    folder = plain_folder(tmp_path / "in", products=[PRODUCT], prices=prices, stock=[stock])
    report = load_folder("tea", folder)
    assert said(report) == [
        ("prices", 1, "The shop has no such product or variant."),
        ("prices", 3, "A different price is already known for the same moment."),
        ("stock", 1, "The shop has no such product or variant."),
    ]
    assert (report.counts["prices"].new, report.counts["prices"].bad, report.counts["prices"].same) == (1, 2, 0)
    plain_folder(folder, products=[PRODUCT, PRODUCT | {"id": "p2"}], prices=prices, stock=[stock])
    later = load_folder("tea", folder)
    assert (later.counts["prices"].new, later.counts["stock"].new) == (1, 1)


def test_a_check_names_the_same_strangers_as_a_load(db, tmp_path):
    product = PRODUCT | {"variants": [{"id": "red"}]}
    price = {"product": "p1", "variant": "blue", "at": "2026-01-01T00:00:00Z", "price": "8.00", "currency": "EUR"}
    view = {"id": "e1", "name": "view_item", "at": "2026-01-05T09:00:00Z", "visit": "v", "product": "SKU-1"}
    events = [view, view | {"id": "e2", "product": "p1"}, view | {"id": "e3", "name": "search", "product": ""}]
    tried = ORDER | {"id": "tried", "test": True, "lines": [ORDER["lines"][0] | {"product": "SKU-1"}]}
    folder = plain_folder(
        tmp_path / "in",
        shop=[SHOP],
        products=[product],
        prices=[price, price | {"variant": "red"}],
        stock=[{"product": "p1", "variant": "blue", "at": "2026-01-01T00:00:00Z", "level": 1}],
        orders=[ORDER, tried],
        events=events,
    )
    checked, loaded = check_folder("tea", folder), load_folder("tea", folder)
    assert said(checked) == said(loaded)
    assert said(loaded) == [
        ("prices", 1, "The shop has no such product or variant."),
        ("stock", 1, "The shop has no such product or variant."),
    ]
    assert noted(checked) == noted(loaded)
    assert noted(loaded) == [
        (
            "events",
            "Events that match no product of the shop: 1. The model doesn’t use them. Events must name products by "
            "the ids in the products file.",
        )
    ]


def test_a_shop_without_a_readable_product_is_not_opened(db, tmp_path):
    folder = plain_folder(tmp_path / "in", shop=[SHOP], faq=[{"id": "a"}])
    (folder / "products.jsonl").write_text("this is no JSON\n")
    with pytest.raises(Refusal, match=r"products\.jsonl, line 1: The line isn’t valid JSON\.") as refused:
        load_folder("tea", folder)
    assert refused.value.code == "no_products"
    assert list(shops.all_shops()) == []


def test_times_are_those_of_rfc_3339_and_a_wrong_one_costs_itself(db, tmp_path):
    times = {
        "zero": "1970-01-01T00:00:00Z",
        "never": "9999-12-31T23:59:59Z",
        "leap": "2016-12-31T23:59:60Z",
        "small": "2026-01-31t12:00:00z",
        "none": "yesterday",
    }
    products = [PRODUCT | {"id": name, "created_at": at} for name, at in times.items()]
    report = load_folder("tea", plain_folder(tmp_path / "in", products=products))
    assert said(report) == [
        ("products", 1, '"created_at" must be between the years 1990 and 2200.'),
        ("products", 2, '"created_at" must be between the years 1990 and 2200.'),
        ("products", 5, '"created_at" must be a date and time, such as "2026-01-31T12:00:00Z".'),
    ]
    assert (report.counts["products"].new, report.counts["products"].bad) == (5, 0)
    with shop_scope(report.shop_id):
        at = {one.external_id: str(one.created_at) for one in catalog.iter_products()}
    assert at == {
        "zero": "None",
        "never": "None",
        "none": "None",
        "leap": "2017-01-01 00:00:00+00:00",
        "small": "2026-01-31 12:00:00+00:00",
    }


def test_files_that_were_not_read_are_named_in_the_readers_language(db, tmp_path):
    folder = plain_folder(tmp_path / "in", shop=[SHOP])
    for name in ("order.jsonl", "customers.json", "orders_export.csv", ".hidden"):
        (folder / name).write_text("Name,Email\n")
    report = load_folder("tea", folder)
    assert [name for name, _ in noted(report)] == ["customers.json", "order.jsonl", "orders_export.csv"]
    with translation.override("fr"):
        assert load_folder("tea", folder).notes[0].sentence == (
            "Ignoré\u00a0: ni son nom ni ses colonnes ne correspondent à un fichier ou à un export "
            "que nous connaissons."
        )


def test_one_bad_key_of_the_shop_costs_itself_and_not_the_time_zone(db, tmp_path):
    shop = SHOP | {"hosts": ["Not A Host"], "languages": [""]}
    report = load_folder("tea", plain_folder(tmp_path / "in", shop=[shop]))
    assert [sentence for _file, _line, sentence in said(report)] == [
        '"languages" must be a language tag, such as "fr" or "en".',
        '"hosts" must be lowercase host names, such as "shop.example.org".',
    ]
    with shop_scope(report.shop_id):
        profile = shops.shop_profile()
    assert (profile.timezone, profile.countries, profile.hosts) == ("Europe/Paris", ("FR", "BE"), ())


def test_a_bad_time_zone_is_said_and_days_are_utc_until_there_is_one(db, tmp_path):
    folder = plain_folder(tmp_path / "in", shop=[SHOP | {"timezone": "Paris"}])
    report = load_folder("tea", folder)
    assert said(report) == [("shop", 1, '"timezone" must be an IANA time zone, such as "Europe/Paris".')]
    assert [sentence for _file, sentence in noted(report)] == [
        "The time zone is unknown, so days are counted in UTC. Add --timezone, for example --timezone Europe/Paris."
    ]


WRONG_PARTS = {
    "customers": {"email": 1, "country": "F" * 81, "language": [1], "created_at": "0000-00-00", "marketing_consent": 1},
    "orders": {
        "number": 1.5,
        "status": "s" * 61,
        "channel": True,
        "customer": {},
        "email": 1,
        "country": 1,
        "refunds": [1],
        "arm": "AB",
        "checkout": 1,
        "shipments": [{"at": "soon"}],
    },
    "prices": {"compare_at_price": -1, "cost": "dear"},
}


@pytest.mark.parametrize("file", WRONG_PARTS)
def test_a_wrong_value_that_may_be_missing_costs_itself_and_not_the_line(db, tmp_path, file):
    price = {"product": "p1", "price": "10.00", "currency": "EUR"}
    whole = {"customers": {}, "orders": ORDER, "prices": price}[file]
    lines = [
        whole | {"id": key, "at": f"2026-01-01T00:00:{place:02}Z", key: value}
        for place, (key, value) in enumerate(WRONG_PARTS[file].items())
    ]
    report = load_folder("tea", plain_folder(tmp_path / "in", products=[PRODUCT], **{file: lines}))
    counts = report.counts[file]
    assert (counts.new, counts.partly, counts.bad) == (len(lines), len(lines), 0)
    named = [sentence.split('"')[1] for _file, _line, sentence in said(report)]
    assert named == ["at" if key == "shipments" else key for key in WRONG_PARTS[file]]


def test_a_product_keeps_the_variants_and_translations_that_can_be_read(db, tmp_path):
    variants = [{"id": "1"}, {"title": "no id"}, {"id": "1"}, {"id": "2", "price": "dear"}]
    products = [
        PRODUCT | {"variants": variants, "translations": {"fr": {"title": "Chose"}, "de": "", "es": None}},
        PRODUCT | {"id": "p2", "variants": "red, blue", "translations": {"fr": "Chose"}},
    ]
    report = load_folder("tea", plain_folder(tmp_path / "in", products=products))
    assert [(line, sentence) for _file, line, sentence in said(report)] == [
        (1, '"id" is missing.'),
        (1, 'An id appears twice in "variants".'),
        (1, '"price" must be a decimal in quotes, such as "12.50", and can’t be negative.'),
        (2, '"variants" must be a list of objects.'),
        (2, '"translations" must be an object of objects by language.'),
    ]
    with shop_scope(report.shop_id):
        first, second = catalog.iter_products()
    assert [variant.external_id for variant in first.variants] == ["1", "2"]
    assert [(words.language, words.title) for words in first.translations] == [("fr", "Chose")]
    assert second.variants == ()


def test_an_order_keeps_the_lines_that_can_be_read(db, tmp_path):
    lines = [*ORDER["lines"], {"product": "p1", "quantity": 0, "price": "1.00"}, {"product": "p1", "quantity": 1}]
    report = load_folder("tea", plain_folder(tmp_path / "in", products=[PRODUCT], orders=[ORDER | {"lines": lines}]))
    assert said(report) == [
        ("orders", 1, '"quantity" must be greater than zero; for a refund, set "kind".'),
        ("orders", 1, '"price" is missing.'),
    ]
    assert (report.counts["orders"].new, report.counts["orders"].bad) == (1, 0)
    with shop_scope(report.shop_id):
        assert orders.count_lines() == 1


def test_a_sentence_names_the_limit_that_was_passed(db, tmp_path):
    products = [
        PRODUCT | {"tags": ["t"] * 1001},
        PRODUCT | {"id": "2", "tags": ["t" * 256]},
        PRODUCT | {"id": "3", "title": "t" * 2001},
    ]
    report = load_folder("tea", plain_folder(tmp_path / "in", products=[PRODUCTS[1], *products]))
    assert [sentence for _file, _line, sentence in said(report)] == [
        '"tags" has more than 1,000 entries.',
        '"tags" has an entry of more than 255 characters.',
        '"title" is longer than 2,000 characters.',
    ]
    assert report.counts["products"].bad == 1
