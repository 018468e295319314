"""A shop whose owner allowed a language model, which is a double."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chatbot.answers.composition.endpoint import language_model
from chatbot.answers.composition.services import allow_composition, change_composition
from chatbot.answers.composition.types import LanguageModel
from shopconnect.accounts.models import User
from shopconnect.core.tenancy.context import ShopId
from tests.doubles.language_model import KEY, NAME, REGION, LanguageModelDouble


@contextmanager
def model_of_operator(settings: Any) -> Iterator[LanguageModelDouble]:
    """Have the operator name a double as the language model."""
    with LanguageModelDouble() as double:
        settings.COMPOSITION_URL, settings.COMPOSITION_KEY = double.url, KEY
        settings.COMPOSITION_MODEL, settings.COMPOSITION_REGION = NAME, REGION
        yield double


def owner_of(shop: ShopId) -> int:
    """The account of somebody who may allow it."""
    return User.objects.get_or_create(email=f"who-allows-{shop}@example.com", defaults={"name": "Ada"})[0].pk


def allow(shop: ShopId, *, cap: int = 500, words_answers: bool = False) -> LanguageModel:
    """Have a shop allow the operator's model."""
    model = language_model()
    assert model is not None
    allow_composition(shop, owner_of(shop), model)
    change_composition(shop, owner_of(shop), cap=cap, words_answers=words_answers)
    return model
