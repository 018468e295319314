"""The doors for shoppers: /w/<key>/chat, reply and feedback. The widgets room checks origin, rate and size."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from django.utils.translation import gettext as _

from chatbot.answers import services
from chatbot.answers.types import ReplySummary, StoredQuestion
from shopconnect.billing.types import Meter
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.redis import RedisError, client, shop_key
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs import broker
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.widgets.registry import register, shopper_endpoint
from shopconnect.widgets.types import Rate, WidgetRequest, WidgetResponse

log = get_logger(__name__)

WAIT_SECONDS = 0.8
WAITS_A_PROCESS = 4
PATIENCE_SECONDS = 2.0
CHAT_RATE = Rate(60)  # a slow answer is asked for some ten times
_waits = threading.BoundedSemaphore(WAITS_A_PROCESS)
_breaker = Breaker()


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE, meter=Meter.ANSWERS)
def chat(ask: WidgetRequest) -> WidgetResponse:
    """Take a question, a chosen guess or a wish for a person."""
    token = ask.text("conversation", 64) or None
    if ask.body.get("human") is True:
        return _told(*services.ask_person(ask.shop_id, token, ask.language))
    guess = ask.text("guess", 20)
    if guess:
        return _told(*services.choose_guess(ask.shop_id, token, guess, ask.language))
    written = ask.body.get("text")
    text = written if isinstance(written, str) else ""
    if ask.is_over_plan:
        return _told(*services.answer_by_exact_match(ask.shop_id, token, text, ask.language))
    return _answer(ask.shop_id, services.store_question(ask.shop_id, token, text, ask.language))


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE)
def reply(ask: WidgetRequest) -> WidgetResponse:
    """Tell what became of a question, which uses nothing up."""
    token, exchange = ask.text("conversation", 64), ask.text("exchange", 20)
    found = services.find_reply(ask.shop_id, token, exchange)
    if found is None:
        late = services.waiting_exchange(ask.shop_id, token, exchange, PATIENCE_SECONDS)
        if late is not None:  # no worker came: better answered here than not at all
            services.answer_exchange(ask.shop_id, late, inline=True)
            found = services.find_reply(ask.shop_id, token, exchange)
    return _told(found, token) if found else _later(token, exchange)


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE)
def feedback(ask: WidgetRequest) -> Mapping[str, object]:
    """Keep whether a reply helped."""
    helpful = ask.body.get("helpful")
    if not isinstance(helpful, bool):
        raise Refusal("unclear", _("Say whether the answer helped."), 400)
    services.rate_reply(ask.shop_id, ask.text("conversation", 64), ask.text("exchange", 20), helpful)
    return {}


def _answer(shop_id: ShopId, asked: StoredQuestion) -> WidgetResponse:
    """Wait for a worker a short while, outside any scope; answer here when the broker or Redis is away."""
    if broker.breaker.is_open or _breaker.is_open or not _wait(shop_id, asked.exchange):
        services.answer_exchange(shop_id, asked.exchange_id, inline=True)
    found = services.find_reply(shop_id, asked.conversation, asked.exchange)
    return _told(found, asked.conversation) if found else _later(asked.conversation, asked.exchange)


def _wait(shop_id: ShopId, exchange: str) -> bool:
    """Wait until a worker has answered, WAIT_SECONDS at most; False when nothing can be waited for."""
    if not _waits.acquire(blocking=False):
        return True  # enough of this process waits already: the page asks again
    try:
        client(WAIT_SECONDS).blpop([shop_key(shop_id, "chat", exchange)], timeout=WAIT_SECONDS)
    except RedisError as error:
        _breaker.trip()
        log.warning("chat_wait_failed", shop_id=shop_id, error=type(error).__name__)
        return False
    finally:
        _waits.release()
    return True


def _told(found: ReplySummary, conversation: str) -> WidgetResponse:
    body: dict[str, object] = {
        "conversation": conversation,
        "exchange": found.exchange,
        "outcome": found.outcome.value,
        "text": found.text,
        "guesses": [{"id": guess.id, "text": guess.text} for guess in found.guesses],
    }
    return WidgetResponse(body | ({"notice": found.notice} if found.notice else {}))


def _later(conversation: str, exchange: str) -> WidgetResponse:
    return WidgetResponse({"conversation": conversation, "exchange": exchange, "poll": True}, status=202)


register("chat", chat)
register("reply", reply)
register("feedback", feedback)
