"""Suggestions over REST carry their reasons, and are empty while nothing was learnt."""

from decimal import Decimal

import pytest

from recommender.products.types import ShelfPreview, Suggestion
from shopconnect.privacy.types import Advice, Reason
from tests.shopconnect.api.conftest import AT

SUGGESTION = Suggestion(
    product_id=2,
    public_id=77,
    external_id="p2",
    title="Bulb",
    url="",
    image="",
    price="€4.90",
    advice=Advice(subject="product:77", score=0.8, model_version="v1", reasons=(Reason(key="popular", weight=0.8),)),
    sentences=("In 12 orders so far",),
)


def test_while_nothing_was_learnt_there_is_none(api, rows):
    product = rows["ours"]["products"]
    assert product.price_amount == Decimal("49.9")
    body = api.get(f"/api/v1/products/{product.public_id}/suggestions").json()
    assert body == {"product": str(product.public_id), "trained_at": None, "data": []}


def test_each_suggestion_says_why(api, rows, monkeypatch):
    asked = []

    def preview(shop_id, public_id, language, count, shelf):
        asked.append((public_id, language, count, shelf))
        return ShelfPreview(product_title="x", suggestions=(SUGGESTION,), gates=(), trained_at=AT, version="v1")

    monkeypatch.setattr("recommender.products.services.suggestions_for_page", preview)
    public_id = rows["ours"]["products"].public_id
    body = api.get(
        f"/api/v1/products/{public_id}/suggestions", {"language": "fr", "limit": 3, "shelf": "for-you"}
    ).json()
    assert asked == [(public_id, "fr", 3, "for-you")]
    assert body == {
        "product": str(public_id),
        "trained_at": "2026-11-20T10:15:00Z",
        "data": [
            {
                "id": "77",
                "external_id": "p2",
                "title": "Bulb",
                "url": "",
                "image": "",
                "price": "€4.90",
                "score": 0.8,
                "model_version": "v1",
                "reasons": [{"key": "popular", "weight": 0.8, "sentence": "In 12 orders so far"}],
            }
        ],
    }


def test_another_shops_product_has_no_suggestions(api, rows):
    assert api.get(f"/api/v1/products/{rows['theirs']['products'].public_id}/suggestions").status_code == 404


@pytest.mark.parametrize("query", [{"language": "de"}, {"limit": "25"}, {"limit": "0"}, {"shelf": "nowhere"}])
def test_what_cannot_be_asked_is_refused(api, rows, query):
    response = api.get(f"/api/v1/products/{rows['ours']['products'].public_id}/suggestions", query)
    assert response.json()["error"]["code"] == "invalid"
