"""What a fresh demo shows of itself, asked of the running site as a shopper's page asks it."""

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import translation

from chatbot.answers.selectors import count_entries
from shopconnect.catalog.selectors import count_products
from shopconnect.core.errors import Missing
from shopconnect.core.http import call
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.selectors import count_events
from shopconnect.orders.selectors import count_lines, count_orders
from shopconnect.shops.selectors import find_shop, keys_of_shop, shop_profile
from shopconnect.shops.types import KeyKind
from shopconnect.sync.selectors import last_run

SUGGESTIONS, POLLS, POLL_SECONDS = 5, 20, 0.5
QUESTIONS = {"fr": "Bonjour, vous livrez en combien de temps ?", "en": "Hi, how long does delivery take?"}
OUTCOMES = {"answer": "answer", "guesses": "three guesses", "hand_over": "handed over to a person"}


def report(slug: str) -> Iterator[str]:
    """Yield lines: the shop and its counts, five suggestions with their reasons, a French and an English exchange.

    Raises Missing when there is no such shop, and RuntimeError when the site's answer is not what a shopper needs.
    """
    shop_id = find_shop(slug)
    if shop_id is None:
        raise Missing(f"There is no shop named {slug}.")
    yield from _counts(shop_id)
    public_key = keys_of_shop(shop_id, KeyKind.WIDGET)[0]
    yield from _suggestions(public_key)
    for language, question in QUESTIONS.items():
        yield from _exchange(public_key, language, question)


def _counts(shop_id: ShopId) -> Iterator[str]:
    with shop_scope(shop_id):
        profile, products, orders, lines = shop_profile(), count_products(), count_orders(), count_lines()
        visits, entries, run = count_events().visits, sum(count_entries().values()), last_run()
    yield f"{profile.name} ({profile.currency}, {profile.timezone})"
    yield f"  {products.products:,} products, {orders.customers:,} customers, {visits:,} visits,"
    yield f"  {orders.orders:,} orders and {orders.refunds:,} refunds with {lines:,} lines,"
    yield f"  {entries} answers in the FAQ."
    if run and run.finished_at:
        yield f"  Brought in within {(run.finished_at - run.started_at).total_seconds():.1f} s."


def _suggestions(public_key: str) -> Iterator[str]:
    with translation.override("en"):
        best = next(iter(_ask(public_key, "shelf?" + urlencode({"lang": "en", "k": 1}))["items"]), None)
        if best is None:
            yield "\nNo suggestions yet: nothing was ordered lately."
            return
        shelf = _ask(public_key, "shelf?" + urlencode({"product": best["id"], "lang": "en", "k": SUGGESTIONS}))
    if len(shelf["items"]) < SUGGESTIONS:
        raise RuntimeError(f"The shelf of {best['title']} holds {len(shelf['items'])} suggestions, not {SUGGESTIONS}.")
    yield f"\nBeside {best['title']} ({best['price']}):"
    for item in shelf["items"]:
        yield f"  {item['title']} ({item['price']})"
        yield f"      {'; '.join(item['reasons'])}"


def _exchange(public_key: str, language: str, question: str) -> Iterator[str]:
    reply = _ask(public_key, "chat", {"text": question, "lang": language})
    for _ in range(POLLS):
        if "poll" not in reply:
            break
        threading.Event().wait(POLL_SECONDS)
        reply = _ask(public_key, "reply", {**_known(reply), "lang": language})
    if reply.get("outcome") not in OUTCOMES:
        raise RuntimeError(f"The assistant gave no answer to {question}")
    yield f"\n[{language}] {question}\n  ({OUTCOMES[reply['outcome']]}) {reply['text']}"
    for guess in reply.get("guesses", []):
        yield f"      · {guess['text']}"


def _known(reply: Mapping[str, Any]) -> dict[str, Any]:
    return {"conversation": reply["conversation"], "exchange": reply["exchange"]}


def _ask(public_key: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    answer = call(
        "POST" if body else "GET",
        f"{settings.SITE_URL}/w/{public_key}/{path}",
        json=body,
        headers={"origin": settings.SITE_URL} if body else None,
    )
    if answer.status not in (200, 202):
        raise RuntimeError(
            f"{path.split('?')[0]} answered {answer.status}: {answer.body[:300].decode(errors='replace')}"
        )
    read: dict[str, Any] = json.loads(answer.body)
    return read
