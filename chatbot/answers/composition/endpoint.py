"""The call of an OpenAI-compatible endpoint: one question, one JSON object, through the one door out."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from chatbot.answers.composition.types import CompositionFailure, LanguageModel
from shopconnect.core import http

MOST_BYTES, MOST_TOKENS = 100_000, 800
BODY_SECONDS = 3.0  # for an answer that has begun to come


def language_model() -> LanguageModel | None:
    """Return the operator's model, None where there is none."""
    if not settings.COMPOSITION_URL:
        return None
    host = urlsplit(settings.COMPOSITION_URL).netloc.rpartition("@")[2]  # a name and a password are nobody's to see
    return LanguageModel(host, settings.COMPOSITION_MODEL, settings.COMPOSITION_REGION)


def ask_model(rules: str, question: dict[str, Any], key: str, seconds: float) -> Any:
    """Return what stands under `key` in the JSON object that the model answers with; outside any scope.

    The question goes as JSON, so that nothing in it passes for a rule. Raises CompositionFailure.
    """
    try:
        answer = http.call(
            "POST",
            f"{settings.COMPOSITION_URL}/chat/completions",
            headers={"authorization": f"Bearer {settings.COMPOSITION_KEY}"} if settings.COMPOSITION_KEY else {},
            json={
                "model": settings.COMPOSITION_MODEL,
                "messages": [
                    {"role": "system", "content": rules},
                    {"role": "user", "content": json.dumps(question, ensure_ascii=False)},
                ],
                "temperature": 0.3,
                "max_tokens": MOST_TOKENS,
                "response_format": {"type": "json_object"},
            },
            most_bytes=MOST_BYTES,
            read_seconds=seconds,
            most_seconds=BODY_SECONDS,
        )
    except http.NetworkError as error:
        raise CompositionFailure(type(error).__name__) from error
    if answer.status != 200:
        raise CompositionFailure(f"status {answer.status}")
    return _under(key, answer.body)


def _under(key: str, body: bytes) -> Any:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
        said = json.loads(content)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise CompositionFailure("no JSON of the form asked for") from error
    if not isinstance(said, dict) or set(said) != {key}:
        raise CompositionFailure("other keys than asked for")
    return said[key]
