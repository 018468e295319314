"""Endpoints for shoppers below /w/<key>/: chat, reply, since, order, feedback, grade, cart, photo, picture.

The widgets room checks origin, rate and size.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from dataclasses import asdict

from django.utils.translation import gettext as _

from chatbot.answers import services
from chatbot.answers.facts.tracking import find_order_status
from chatbot.answers.photos.pictures import MOST_SENT_BYTES
from chatbot.answers.photos.services import find_photo, take_photo
from chatbot.answers.photos.types import SentPhoto
from chatbot.answers.staff.carts import note_cart
from chatbot.answers.staff.grading import grade_conversation
from chatbot.answers.staff.requests import awaited_person
from chatbot.answers.types import ANSWERS, OrderQuestion, ReplySummary, ShownMessage, StoredQuestion
from shopconnect.core.clock import write_time
from shopconnect.core.errors import Refusal
from shopconnect.widgets.registry import register, shopper_endpoint
from shopconnect.widgets.types import Rate, WidgetRequest, WidgetResponse

ANSWERED_AT_ONCE = 6  # half of a process’s threads
PATIENCE_SECONDS = 2.0
ORDER_RATE = Rate(20)
GRADE_RATE = Rate(20)
LONGEST_CART = 2_000  # characters
PHOTO_RATE = Rate(6)
PHOTOS_A_DAY = 30  # of one address at one shop
MOST_PHOTO_BODY = MOST_SENT_BYTES * 4 // 3 + 2_000  # base64, and what names the conversation
CHAT_RATE = Rate(60)  # a slow answer is asked for some ten times
# An answer takes its time on the processor: beyond a few of them the other widgets of a process would stand still.
room = threading.BoundedSemaphore(ANSWERED_AT_ONCE)


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE, meter=ANSWERS, serves_account=True)
def chat(request: WidgetRequest) -> WidgetResponse:
    """Take a question, a chosen guess or a request for a person."""
    token, language, customer = request.text("conversation", 64) or None, request.language, request.customer
    if request.body.get("human") is True:
        return _reply_response(request, *services.ask_person(request.shop_id, token, language, customer))
    guess = request.text("guess", 20)
    if guess:
        return _reply_response(request, *services.choose_guess(request.shop_id, token, guess, language, customer))
    # What is no text is refused like an empty one, with a sentence.
    written = request.body.get("text")
    text = written if isinstance(written, str) else ""
    if request.is_over_plan:
        told = services.answer_by_exact_match(request.shop_id, token, text, language, customer)
        return _reply_response(request, *told)
    return _answer(request, token, text)


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE, serves_account=True)
def reply(request: WidgetRequest) -> WidgetResponse:
    """Tell what became of a question, which uses nothing up."""
    token = request.text("conversation", 64)
    exchange = request.text("exchange", 20)
    found = services.find_reply(request.shop_id, token, exchange)
    if found is None:
        late = services.waiting_exchange(request.shop_id, token, exchange, PATIENCE_SECONDS)
        if late is not None:  # no worker came: better answered here than not at all
            services.answer_exchange(request.shop_id, late, inline=True)
            found = services.find_reply(request.shop_id, token, exchange)
    return _reply_response(request, found, token) if found else _pending_response(token, exchange)


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE, serves_account=True)
def since(request: WidgetRequest) -> Mapping[str, object]:
    """Tell what was said in a conversation after a message, by whomever: a page that comes later shows it again."""
    token, after = request.text("conversation", 64), request.text("after", 20)
    talk = services.find_messages(request.shop_id, token, after, request.customer)
    body: dict[str, object] = {"messages": [_message_body(one) for one in talk.messages], "more": talk.has_more}
    asked_in = talk.person_asked_in
    person = awaited_person(request.shop_id, asked_in, request.language) if asked_in is not None else None
    return body | ({"person": asdict(person)} if person else {})


@shopper_endpoint(
    methods=("POST",), rate=ORDER_RATE, serves_account=True, private=("number", "email", "customer", "conversation")
)
def order(request: WidgetRequest) -> Mapping[str, object]:
    """Tell where an order stands, to a guest who knows its number and e-mail address, or to who is signed in."""
    question = OrderQuestion(
        number=request.text("number", 60),
        email=request.text("email", 254),
        customer=request.customer,
        caller=request.caller,
        visit=request.text("conversation", 64),
    )
    found = find_order_status(request.shop_id, question)
    return {"orders": [asdict(one) for one in found]}


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE)
def feedback(request: WidgetRequest) -> Mapping[str, object]:
    """Keep whether a reply helped."""
    helpful = request.body.get("helpful")
    if not isinstance(helpful, bool):
        raise Refusal("unclear", _("Tell us whether the answer helped."), 400)
    token = request.text("conversation", 64)
    services.rate_reply(request.shop_id, token, request.text("exchange", 20), helpful)
    return {}


@shopper_endpoint(methods=("POST",), rate=GRADE_RATE, serves_account=True)
def grade(request: WidgetRequest) -> Mapping[str, object]:
    """Keep how a conversation went, as its shopper says."""
    given = request.body.get("grade")
    number = given if isinstance(given, int) and not isinstance(given, bool) else 0
    grade_conversation(request.shop_id, request.text("conversation", 64), request.customer, number)
    return {}


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE, serves_account=True)
def cart(request: WidgetRequest) -> Mapping[str, object]:
    """Keep what the page says lies in the cart of who agreed to be remembered; of anybody else, forget it."""
    has_agreed = request.body.get("consent") == "granted" and not (request.wants_privacy or request.non_shopper)
    products = request.text("cart", LONGEST_CART).split(",") if has_agreed else []
    note_cart(request.shop_id, request.text("conversation", 64), request.customer, products)
    return {}


@shopper_endpoint(methods=("POST",), rate=PHOTO_RATE, serves_account=True, most_bytes=MOST_PHOTO_BODY)
def photo(request: WidgetRequest) -> WidgetResponse:
    """Take a photo for the team."""
    if request.calls_today > PHOTOS_A_DAY:
        raise Refusal("too_many", _("No more photos can be sent today. Describe in words what they show."), 429)
    content = request.body.get("photo")
    sent = SentPhoto(
        token=request.text("conversation", 64) or None,
        customer=request.customer,
        language=request.language,
        content=content if isinstance(content, str) else "",
    )
    return _reply_response(request, *take_photo(request.shop_id, sent))


@shopper_endpoint(methods=("POST",), rate=CHAT_RATE, serves_account=True)
def picture(request: WidgetRequest) -> Mapping[str, object]:
    """Show a photo to the shopper who sent it, as base64 of a JPEG: its address would open it to whoever reads logs."""
    token = request.text("conversation", 64)
    found = find_photo(request.shop_id, token, request.customer, request.text("message", 20))
    return {"photo": base64.b64encode(found.content).decode(), "width": found.width, "height": found.height}


def _answer(request: WidgetRequest, token: str | None, text: str) -> WidgetResponse:
    """Answer here, or leave a question to a worker where this process answers enough of them."""
    told = (request.shop_id, token, text, request.language, request.customer)
    if not room.acquire(blocking=False):
        return _pending_reply(request, services.store_question(*told))
    try:
        question, found = services.answer_question(*told)
    finally:
        room.release()
    if found is None:
        return _pending_response(question.conversation, question.exchange)
    return _reply_response(request, found, question.conversation)


def _pending_reply(request: WidgetRequest, question: StoredQuestion) -> WidgetResponse:
    found = services.find_reply(request.shop_id, question.conversation, question.exchange)
    if found is None:
        return _pending_response(question.conversation, question.exchange)
    return _reply_response(request, found, question.conversation)


def _reply_response(request: WidgetRequest, reply: ReplySummary, conversation: str) -> WidgetResponse:
    body = _reply_body(reply) | {"conversation": conversation}
    if reply.order:
        body["order"] = asdict(reply.order) | {"signed_in": bool(request.customer)}
    if reply.withdrawal_url:
        body["withdrawal"] = reply.withdrawal_url
    if reply.notice:
        body["notice"] = reply.notice
    return WidgetResponse(body)


def _reply_body(reply: ReplySummary) -> dict[str, object]:
    body: dict[str, object] = {
        "exchange": reply.exchange,
        "message": reply.message,
        "outcome": reply.outcome.value,
        "text": reply.text,
        "language": reply.language,
        "guesses": [{"id": guess.id, "text": guess.text} for guess in reply.guesses],
    }
    if reply.cards:
        body["products"] = [asdict(card) for card in reply.cards]
    if reply.source:
        body["source"] = {"question": reply.source.question, "changed_at": write_time(reply.source.changed_at)}
    if reply.is_generated:
        body["generated"] = True
    if reply.awaits_staff:
        body["staffed"] = True
    return body


def _message_body(message: ShownMessage) -> dict[str, object]:
    body: dict[str, object] = {
        "message": message.message,
        "author": message.author.value,
        "text": message.text,
        "language": message.language,
        "at": write_time(message.at),
    }
    if message.way:
        body["way"] = message.way.value
    if message.asks_grade:
        body["grade"] = message.grade
    return body | (_reply_body(message.reply) if message.reply else {})


def _pending_response(conversation: str, exchange: str) -> WidgetResponse:
    return WidgetResponse({"conversation": conversation, "exchange": exchange, "poll": True}, status=202)


register("chat", chat)
register("reply", reply)
register("since", since)
register("order", order)
register("feedback", feedback)
register("grade", grade)
register("cart", cart)
register("photo", photo)
register("picture", picture)
