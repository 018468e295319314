"""REST: what to suggest beside a product, and why."""

from typing import Any, ClassVar

from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.products import services
from recommender.products.types import READ_SUGGESTIONS, Shelf, ShelfPreview, Suggestion
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.rest.errors import BadFields
from shopconnect.core.rest.fields import IdField, TimeField, read_id
from shopconnect.core.rest.pages import requested_number
from shopconnect.core.rest.schema import example, path_id
from shopconnect.core.rest.views import RestView

SHELF_MEANS = "As in a visit that viewed this product and has it in the cart; by default, related products."
DEFAULT_COUNT, MOST_COUNT = 8, 24
SUGGESTION = {
    "id": "4611686018427387905",
    "external_id": "1002",
    "title": "Ampoule E14",
    "url": "https://lampes.example/p/1002",
    "image": "https://lampes.example/1002.jpg",
    "price": "4,90 €",
    "score": 0.83,
    "model_version": "20261122T030501-a1",
    "reasons": [{"key": "together", "weight": 0.61, "sentence": "Acheté avec Lampe de chevet dans 41 commandes"}],
}
PREVIEW = {"product": "4611686018427387904", "trained_at": "2026-11-22T03:05:01Z", "data": [SUGGESTION]}


class ReasonOut(serializers.Serializer):
    """Why a product is suggested."""

    key = serializers.CharField(help_text="Stable, for programs")
    weight = serializers.FloatField(help_text="Its share of the score")
    sentence = serializers.CharField(help_text="Readable text in the requested language")


class SuggestionOut(serializers.Serializer):
    """A suggested product."""

    id = IdField(source="public_id")
    external_id = serializers.CharField(help_text="The platform’s id")
    title = serializers.CharField()
    url = serializers.CharField()
    image = serializers.CharField()
    price = serializers.CharField(help_text="Formatted for display; the product has the amount")
    score = serializers.FloatField()
    model_version = serializers.CharField()
    reasons = ReasonOut(many=True, help_text="Heaviest first")


class SuggestionsOut(serializers.Serializer):
    """What is suggested beside a product."""

    product = IdField()
    trained_at = TimeField(allow_null=True, help_text="Null until the model is trained")
    data = SuggestionOut(many=True)  # type: ignore[assignment]


class SuggestionList(RestView):
    """Suggestions beside a product."""

    scopes: ClassVar = {"GET": READ_SUGGESTIONS}

    @extend_schema(
        operation_id="suggestions",
        summary="Suggestions beside a product",
        tags=["Products"],
        responses=SuggestionsOut,
        parameters=[
            path_id(),
            OpenApiParameter("language", str, enum=LANGUAGES, description="en by default."),
            OpenApiParameter("shelf", str, enum=list(Shelf), description=SHELF_MEANS),
            OpenApiParameter("limit", int, description=f"1 to {MOST_COUNT}; {DEFAULT_COUNT} by default."),
        ],
        examples=[example("Suggestions", PREVIEW)],
    )
    def get(self, request: Request, public_id: str) -> Response:
        """What is shown beside a product, each with its reasons; empty until the model is trained."""
        language, product, shelf = _language(request), read_id(public_id), _shelf(request)
        count = requested_number(request, "limit", DEFAULT_COUNT, MOST_COUNT)
        with translation.override(language):
            preview = services.suggestions_for_page(self.caller.shop_id, product, language, count, shelf)
            return Response(SuggestionsOut(_shown(product, preview)).data)


def _language(request: Request) -> str:
    language = request.query_params.get("language", "en")
    if language not in LANGUAGES:
        raise BadFields({"language": [", ".join(LANGUAGES)]})
    return language


def _shelf(request: Request) -> Shelf | None:
    name = request.query_params.get("shelf", "")
    if name and name not in set(Shelf):
        raise BadFields({"shelf": [", ".join(Shelf)]})
    return Shelf(name) if name else None


def _shown(product: int, preview: ShelfPreview) -> dict[str, Any]:
    return {"product": product, "trained_at": preview.trained_at, "data": [_suggestion(s) for s in preview.suggestions]}


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    reasons = zip(suggestion.advice.reasons, suggestion.sentences, strict=True)
    return {
        "public_id": suggestion.public_id,
        "external_id": suggestion.external_id,
        "title": suggestion.title,
        "url": suggestion.url,
        "image": suggestion.image,
        "price": suggestion.price,
        "score": suggestion.advice.score,
        "model_version": suggestion.advice.model_version,
        "reasons": [{"key": one.key, "weight": one.weight, "sentence": sentence} for one, sentence in reasons],
    }
