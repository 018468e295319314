"""PrestaShop's exports as its English and its French admin write them, and lines above a header."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shopconnect.connectors.files.exports.reading import recognise
from shopconnect.connectors.files.values import BadRow
from shopconnect.connectors.types import LineDraft
from tests.connectors.files.reading import EXPORTS, read_export, sentences


def test_the_list_of_products_of_a_french_admin_is_read_with_its_gross_prices():
    (mug, bowl), bad = read_export(EXPORTS / "prestashop_products_fr.csv")
    assert bad == []
    assert (mug.external_id, mug.title, mug.price, mug.stock) == ("1", "Mug en grès ocre", Decimal("14.28"), 12)
    assert (mug.category, mug.variants[0].sku) == (("Vaisselle",), "MUG-1")
    assert (mug.available, bowl.available) == (True, False)
    assert recognise(EXPORTS / "prestashop_products_fr.csv").notes == []


def test_the_file_of_a_french_import_is_read_and_its_condition_is_no_status():
    (mug,), bad = read_export(EXPORTS / "prestashop_import_fr.csv")
    assert bad == []
    assert (mug.price, mug.cost, mug.vendor) == (Decimal("11.90"), Decimal("4.50"), "Atelier du Vent")
    assert (mug.category, mug.description) == (("Vaisselle",), "Tourné à la main")
    assert (mug.image, mug.available) == ("https://cdn.example.com/1.jpg", True)


@pytest.mark.parametrize("is_french", [True, False])
def test_customers_are_read_in_either_language(tmp_path, is_french):
    text = (EXPORTS / "prestashop_customers_fr.csv").read_text()
    if not is_french:
        rows = text.split("\n", 1)[1]
        text = (
            "ID;Social title;First name;Last name;Email address;Sales;Enabled;Newsletter;Partner offers;Registration;"
            f"Last visit\n{rows}"
        )
    path = tmp_path / "customer_2026-03-03.csv"
    path.write_text(text)
    (first, second), bad = read_export(path, timezone="Europe/Paris")
    assert bad == []
    assert (first.external_id, first.email, first.marketing_consent) == ("12", "lea@example.fr", True)
    assert first.created_at == datetime(2026, 1, 31, 9, 15, tzinfo=UTC)
    assert second.marketing_consent is False


def test_orders_come_line_by_line_by_a_query():
    (first, second), bad = read_export(EXPORTS / "prestashop_orders.csv", timezone="Europe/Paris")
    assert (first.external_id, first.number, first.customer, first.country) == ("7", "XKBKNABJK", "12", "FR")
    assert first.placed_at == datetime(2026, 2, 1, 8, 5, tzinfo=UTC)
    assert first.lines == (
        LineDraft("1", Decimal(2), Decimal("14.28"), Decimal(0)),
        LineDraft("2", Decimal(1), Decimal("17.40"), Decimal(0)),
    )
    assert (second.customer, len(second.lines)) == ("", 1)
    assert sentences(bad) == [(4, '"product_quantity" must be above zero.')]


@pytest.mark.parametrize(
    "header",
    [
        "ID;Reference;New client;Delivery;Customer;Total;Payment;Status;Date",
        "ID;Référence;Nouveau client;Livraison;Client;Total;Paiement;État;Date",
    ],
)
def test_a_list_of_orders_without_products_is_refused_with_what_to_do(tmp_path, header):
    path = tmp_path / "order_2026-03-03.csv"
    path.write_text(f"{header}\n7;XKBKNABJK;1;FR;L. Martin;42,90 €;Virement;Livré;2026-02-01 09:05:00\n")
    with pytest.raises(BadRow, match="doesn’t say what was bought. Export the orders with the query"):
        recognise(path)


@pytest.mark.parametrize("above", ["Export du 3 mars 2026\n", "Produits;;\n\nBoutique : L’Ocre;;\n", "sep=;\nTitre\n"])
def test_lines_above_the_header_are_passed_over_and_that_is_said(tmp_path, above):
    path = tmp_path / "produits.csv"
    path.write_text(above + (EXPORTS / "prestashop_products_fr.csv").read_text())
    assert read_export(path) == read_export(EXPORTS / "prestashop_products_fr.csv")
    assert recognise(path).notes == ["The lines above the column titles were skipped."]


def test_a_header_far_below_is_none(tmp_path):
    path = tmp_path / "produits.csv"
    path.write_text("Titre\n" * 5 + (EXPORTS / "prestashop_products_fr.csv").read_text())
    assert recognise(path) is None
