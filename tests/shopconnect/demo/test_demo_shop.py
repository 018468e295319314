"""The invented shop agrees with itself and with what it hides."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from shopconnect.demo.engine.shop import make_shop
from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.types import HOLD_OUT_SALT
from tests.shopconnect.demo.conftest import KEYS, UNTIL, read

NAMES = {
    "view_item_list",
    "view_item",
    "search",
    "add_to_cart",
    "begin_checkout",
    "purchase",
    "widget_impression",
    "recommendation_click",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_each_line_has_the_keys_of_the_interchange_format(small):
    for name, (required, more) in KEYS.items():
        needed = set(required.split())
        for row in small.rows[name]:
            assert needed <= set(row) <= needed | set(more.split()), name
    for order in small.rows["orders"]:
        for line in order["lines"]:
            assert (
                {"product", "quantity", "price"} <= set(line) <= {"product", "variant", "quantity", "price", "discount"}
            )
            assert re.fullmatch(r"\d+\.\d\d", line["price"])
            assert line["quantity"] >= 1
        for shipment in order.get("shipments", []):
            assert set(shipment) == {"at", "carrier", "tracking_url", "status"}
    for product in small.rows["products"]:
        for variant in product.get("variants", []):
            assert {"id", "sku", "title", "price", "cost", "stock"} <= set(variant)


def test_ids_are_unique_and_times_are_in_utc(small):
    for name in ("products", "customers", "orders", "events"):
        ids = [row["id"] for row in small.rows[name]]
        assert len(ids) == len(set(ids))
    for order in small.rows["orders"]:
        assert MOMENT.fullmatch(order["placed_at"])
    for event in small.rows["events"]:
        assert MOMENT.fullmatch(event["at"])
        assert event["id"][14] == "7"
        assert event["name"] in NAMES
    assert max(row["placed_at"] for row in small.rows["orders"]) < "2026-05-31T22:00:00Z"


def test_the_counts_are_those_asked_for(small):
    assert small.made.products == len(small.rows["products"]) == 300
    assert small.made.customers == len(small.rows["customers"]) == 150
    assert small.made.orders == len(small.orders()) == 1250
    assert small.made.refunds == len(small.orders("refund")) > 0
    assert small.made.events == len(small.rows["events"])
    visits = {event["visit"] for event in small.rows["events"]}
    assert small.made.visits == len(visits)
    assert len(visits) == 3000
    assert len({product["category"][0] for product in small.rows["products"]}) == 12
    months = sorted({order["placed_at"][:7] for order in small.orders()})
    assert (months[0], months[-1], len(months)) == ("2024-12", "2026-05", 18)


def test_files_are_written_by_time(small):
    for name, key in (("orders", "placed_at"), ("events", "at"), ("prices", "at"), ("stock", "at")):
        moments = [row[key] for row in small.rows[name]]
        assert moments == sorted(moments)


def test_the_ledger_of_prices_ends_with_the_price_that_holds_and_has_what_orders_paid(small):
    ledger = defaultdict(list)
    for row in small.rows["prices"]:
        ledger[row["product"], row.get("variant")].append((row["at"], row["price"]))
    for product in small.rows["products"]:
        assert ledger[product["id"], None][-1][1] == product["price"]
        for variant in product.get("variants", []):
            assert ledger[product["id"], variant["id"]][-1][1] == variant["price"]
    for order in small.orders():
        for line in order["lines"]:
            held = [price for at, price in ledger[line["product"], line.get("variant")] if at <= order["placed_at"]]
            assert held[-1] == line["price"]


def test_each_online_order_is_the_one_purchase_of_one_visit(small):
    online = [order for order in small.orders() if order["channel"] == "online"]
    bought = [event for event in small.rows["events"] if event["name"] == "purchase"]
    assert len({event["visit"] for event in bought}) == len(bought) == len(online)

    def total(order):
        cents = sum(
            round(float(line["price"]) * 100) * line["quantity"] - round(float(line.get("discount", 0)) * 100)
            for line in order["lines"]
        )
        return f"{cents // 100}.{cents % 100:02d}"

    expected = Counter((o["placed_at"], total(o), tuple(line["product"] for line in o["lines"])) for o in online)
    assert Counter((e["at"], e["value"], tuple(e["products"])) for e in bought) == expected


def test_a_visit_looks_at_what_it_buys_first(small):
    seen = defaultdict(set)
    for event in small.rows["events"]:
        if event["name"] == "view_item":
            seen[event["visit"]].add(event["product"])
        elif event["name"] in ("add_to_cart", "purchase"):
            assert set(event.get("products", [event.get("product")])) <= seen[event["visit"]]


def test_only_visitors_who_agreed_are_joined_to_a_customer(small):
    customers = {customer["id"] for customer in small.rows["customers"]}
    joined = [event for event in small.rows["events"] if "customer" in event]
    assert joined
    assert all("visitor" in event and event["customer"] in customers for event in joined)
    assert any("visitor" not in event for event in small.rows["events"])


def test_orders_name_what_there_is(small):
    products = {product["id"]: product for product in small.rows["products"]}
    customers = {customer["id"]: customer for customer in small.rows["customers"]}
    for order in small.orders():
        for line in order["lines"]:
            product = products[line["product"]]
            assert product["created_at"] < order["placed_at"]
            variants = {variant["id"] for variant in product.get("variants", [])}
            assert line.get("variant") in variants if variants else "variant" not in line
        if order["customer"]:
            customer = customers[order["customer"]]
            assert customer["email"] == order["email"]
            assert customer["created_at"] < order["placed_at"]
        if "email" in order:
            assert order["email"].rsplit("@")[1] in ("example.com", "example.org", "example.net")


def test_refunds_give_back_lines_of_an_earlier_order(small):
    orders = {order["id"]: order for order in small.orders()}
    for refund in small.orders("refund"):
        order = orders[refund["refunds"]]
        assert order["placed_at"] < refund["placed_at"]
        assert all(line in order["lines"] for line in refund["lines"])
        assert refund["customer"] == order["customer"]


def test_nothing_is_sold_while_it_is_out_of_stock(small):
    empty = defaultdict(list)
    since: dict[tuple[str, str | None], str] = {}
    for row in small.rows["stock"]:
        key = (row["product"], row.get("variant"))
        if row["level"] == 0:
            since.setdefault(key, row["at"])
        elif key in since:
            empty[key].append((since.pop(key), row["at"]))
    for key, start in since.items():
        empty[key].append((start, "9999"))
    assert sum(map(len, empty.values())) > 20
    for order in small.orders():
        for line in order["lines"]:
            for start, end in empty[line["product"], line.get("variant")]:
                assert not start < order["placed_at"] < end
    assert all(row["level"] >= 0 for row in small.rows["stock"])


def test_the_last_stock_is_that_of_the_product(small):
    stock = {product["id"]: product["stock"] for product in small.rows["products"]}
    out = {product["id"] for product in small.rows["products"] if not product["available"]}
    assert out == {product for product, level in stock.items() if level == 0}
    for product in small.rows["products"]:
        if "variants" in product:
            assert product["stock"] == sum(variant["stock"] for variant in product["variants"])


def test_hidden_tastes_show_in_what_customers_buy(small):
    kind = {row["product"]: row["category"] for row in small.hidden["products"]}
    tastes = {row["customer"]: row["categories"] for row in small.hidden["tastes"]}
    bought = defaultdict(Counter)
    for order in small.orders():
        for line in order["lines"]:
            bought[order["customer"]][kind[line["product"]]] += 1
    liked, found = [], []
    for customer, counts in bought.items():
        if customer and counts.total() >= 8:
            for category, share in tastes[customer].items():
                liked.append(share)
                found.append(counts[category] / counts.total())
    assert len(liked) > 12 * 30
    assert np.corrcoef(liked, found)[0, 1] > 0.6


def test_dearer_products_sell_less_as_hidden(small):
    demand = small.hidden["demand"]
    place = {row["product"]: index for index, row in enumerate(demand)}
    first = date.fromisoformat(demand[0]["first_date"])
    prices = np.log([row["cents"] for row in demand])
    sold = np.zeros_like(prices)
    for order in small.orders():
        day = (date.fromisoformat(order["placed_at"][:10]) - first).days
        for line in order["lines"]:
            sold[place[line["product"]], max(day, 0)] += 1
    usual = np.outer(sold.sum(axis=1), sold.sum(axis=0)) / sold.sum()
    change = prices - (prices * usual).sum(axis=1, keepdims=True) / np.maximum(usual.sum(axis=1, keepdims=True), 1e-9)
    found = ((sold - usual) * change).sum() / (usual * change**2).sum()
    assert found < -0.3
    for row in small.hidden["products"]:
        assert row["elasticity"] <= row["market_elasticity"] <= 0


def test_hidden_demand_is_what_was_sold_and_what_was_missed(small):
    units = sum(line["quantity"] for order in small.orders() for line in order["lines"])
    demand = sum(sum(row["units"]) for row in small.hidden["demand"])
    assert 0.9 * demand < units < 1.1 * demand


def test_what_goes_together_is_bought_together(small):
    goes = {row["product"]: row for row in small.hidden["products"]}
    together = apart = 0
    for order in small.orders():
        products = [goes[line["product"]] for line in order["lines"]]
        for one, other in zip(products, products[1:], strict=False):
            mates = other["kind"] in one["goes_with"] or one["kind"] in other["goes_with"]
            together, apart = together + mates, apart + (not mates)
    assert together / (together + apart) > 0.25


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        make_shop(tmp_path / name / "demo", until=UNTIL, scale=0.01, seed=seed)
    one, two, three = (digest(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert set(one) == set(three)
    assert one["demo/orders.jsonl.gz"] != three["demo/orders.jsonl.gz"]


def test_the_command_writes_over_a_demo_shop_and_over_nothing_else(tmp_path, capsys):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    with pytest.raises(CommandError, match="left alone"):
        call_command("make_demo_shop", str(folder), "--scale", "0.01", "--until", "2026-06-01")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "letter.txt"]
    demo = tmp_path / "demo"
    for _ in range(2):
        call_command("make_demo_shop", str(demo), "--scale", "0.01", "--until", "2026-06-01", "--address", "/s")
    assert read(demo, "products")[0]["url"] == "/s/fr/products/1001/"
    assert "300 products" in capsys.readouterr().out
    call_command("make_demo_shop", str(demo), "--scale", "0.01", "--until", "2026-06-01", "--json")
    assert json.loads(capsys.readouterr().out)["orders"] == 250


def test_the_trial_gives_a_letter_by_hash_counts_its_shelves_and_tells_of_no_one_held_out(small):
    arms = {order["arm"] for order in small.orders() if "arm" in order}
    assert {"A", "B", "a", "b"} <= arms <= set("ABHabh")
    since = min(row["day"] for row in small.rows["shelves"])
    assert not [order for order in small.orders() if order["placed_at"] < since and "arm" in order]
    told = [event for event in small.rows["events"] if "shelf" in event]
    [arms] = small.rows["arms"]
    letters = {event["visitor"]: place_of(arms["secret"], HOLD_OUT_SALT, event["visitor"]) for event in told}
    assert letters
    assert min(letters.values()) >= 0.05
    clicks = sum(row.get("clicks", 0) for row in small.rows["shelves"])
    assert clicks == sum(event["name"] == "recommendation_click" for event in told) > 0


def test_half_of_the_visits_are_in_b_by_its_hash_from_the_day_that_the_test_began(small):
    [test], [arms] = small.rows["tests"], small.rows["arms"]
    began = test["started_at"]
    rows = small.rows["shelves"]
    assert {row["arm"] for row in rows if row["day"] < began[:10]} <= set("AHah")
    asked = Counter()
    for row in rows:
        if row["day"] > began[:10]:
            asked[row["arm"].upper()] += row["requests"]
    assert 0.4 < asked["B"] / (asked["A"] + asked["B"]) < 0.6
    visitors = {event["visit"]: event["visitor"] for event in small.rows["events"] if event.get("visitor")}
    bought = {
        (event["at"], *event["products"]): visitors[event["visit"]]
        for event in small.rows["events"]
        if event["name"] == "purchase" and event["visit"] in visitors
    }
    checked = 0
    for order in small.orders():
        who = bought.get((order["placed_at"], *(line["product"] for line in order["lines"])))
        if who and order["placed_at"] > began and order["arm"] != "H":
            checked += 1
            assert (order["arm"] == "B") == (place_of(arms["secret"], f"trial {test['id']}", who) < 0.5)
    assert checked > 50


def test_all_but_the_smallest_vendor_deliver_and_some_items_are_on_their_way(small):
    names = {row["name"] for row in small.rows["suppliers"]}
    supply = small.rows["supply"]
    items = sum(len(product.get("variants", [])) or 1 for product in small.rows["products"])
    assert len(supply) == items
    (unnamed,) = {product["vendor"] for product in small.rows["products"]} - names
    assert {row.get("supplier", unnamed) for row in supply} == names | {unnamed}
    coming = [row for row in supply if "on_order" in row]
    assert coming
    assert all(row["on_order"] > 0 and row["on_order_date"] >= UNTIL.isoformat() for row in coming)
