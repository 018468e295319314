"""Pages of the console: the log and one conversation, for owners and support."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chatbot.answers import labels
from chatbot.answers.engine.calibration import FEWEST_LABELS
from chatbot.answers.thresholds import choose_threshold, label_exchange
from chatbot.answers.transcripts.types import ConversationSummary, ExchangeSummary, MessageSummary
from chatbot.answers.types import LONGEST_ID, AnswerOutcome, Author, ChatEvent, MessageKind
from chatbot.console.inbox import words
from chatbot.console.inbox.canned import filled_replies
from chatbot.console.inbox.forms import read_day, read_inbox_query
from chatbot.console.inbox.selectors import find_neighbours, find_ticket_summary, list_colleagues
from chatbot.console.services import LARGEST_ID, read_confidence, read_conversation, read_log, read_photo
from chatbot.console.types import LogQuery
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.selectors import names_of_people
from shopconnect.accounts.types import DESK
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.orders.labels import order_title, state_labels
from shopconnect.orders.types import CustomerDetails, OrderRow

LAST_PAGE = 1_000
FIELDS = ("outcome", "language", "text", "from", "to")


@member_required(*DESK)
@require_safe
def list_conversations(request: HttpRequest) -> HttpResponse:
    """List what shoppers asked and were told, narrowed and by page."""
    query = _query(request)
    page = read_log(_shop(request), query)
    typed = {name: request.GET.get(name, "")[:200] for name in FIELDS}
    context = {
        "rows": [_row(one) for one in page.exchanges],
        "query": query,
        "typed": typed,
        "outcomes": [(outcome.value, labels.outcome_label(outcome)) for outcome in AnswerOutcome],
        "languages": [(language, labels.language_label(language)) for language in LANGUAGES],
        "newer": _address(request, query.page - 1) if query.page > 1 else "",
        "older": _address(request, query.page + 1) if page.has_more and query.page < LAST_PAGE else "",
        "has_faq": bool(page.entries),
        "zone": page.timezone,
    }
    with timezone.override(page.timezone):
        return render(request, "console/log.html", context)


@member_required(*DESK)
@require_safe
def conversation(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show one conversation: what was said, what was considered, how sure the assistant was, and what to do."""
    return show_conversation(request, public_id)


def show_conversation(request: MemberRequest, public_id: int, refusal: Refusal | None = None) -> HttpResponse:
    """Return the page of a conversation; after a refusal, with what was typed. Raises Http404 without one."""
    try:
        transcript = read_conversation(request.shop_id, request.member.user_id, public_id)
    except Missing as missing:
        raise Http404(missing.message) from missing
    talk, query = transcript.conversation, read_inbox_query(request.GET)
    ticket = find_ticket_summary(request.shop_id, public_id)
    spoken = talk.messages[-1].language if talk.messages else talk.language
    context = {
        "conversation": talk,
        "rows": _talk(talk, transcript.photos),
        "language": labels.language_label(talk.language),
        "wording": labels.notice_label(talk.notice),
        "zone": transcript.timezone,
        "readers": transcript.readers,
        "programs": transcript.programs,
        "shopper": transcript.shopper,
        "orders": _orders(transcript.shopper),
        "cart": transcript.cart,
        "ticket": ticket,
        "status": words.status_words()[ticket.status],
        "why": labels.topic_label(ticket.why),
        "colleagues": list_colleagues(request.shop_id).items(),
        "is_mine": ticket.assignee_id == request.member.user_id,
        "neighbours": find_neighbours(request.shop_id, request.member.user_id, query, public_id),
        "snoozes": words.snooze_words().items(),
        "asked": f"?{request.GET.urlencode()}" if request.GET else "",
        "saved": filled_replies(request.shop_id, request.member.user_id, spoken, ticket.reference),
        "spoken": spoken,
        "heard": next((one.message for one in reversed(talk.messages) if one.author == Author.SHOPPER), "0"),
        "refusal": refusal,
        "typed": request.POST.get("text", "") if refusal else "",
    }
    with timezone.override(transcript.timezone):
        return render(request, "console/conversation.html", context, status=refusal.status if refusal else 200)


@member_required(*DESK)
@require_safe
def photo(request: MemberRequest, public_id: int, message: int) -> HttpResponse:
    """Send a photo of a conversation, which browsers show as a picture and as nothing else."""
    try:
        found = read_photo(request.shop_id, request.member.user_id, public_id, message)
    except Missing as missing:
        raise Http404(missing.message) from missing
    return HttpResponse(
        found.content,
        content_type="image/jpeg",
        headers={
            "Content-Disposition": f'inline; filename="photo-{message}.jpg"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )


@member_required(*DESK)
def confidence(request: MemberRequest) -> HttpResponse:
    """Show how often answers are right from each confidence on; a POST has the assistant answer from another."""
    refusal = None
    if request.method == "POST":
        try:
            choose_threshold(request.shop_id, request.member.user_id, _fraction(request.POST.get("threshold", "")))
            messages.success(request, _("The assistant now answers from this confidence."), "good")
            return redirect("console:confidence")
        except Refusal as refused:
            refusal = refused
    page = read_confidence(request.shop_id)
    context = {
        "page": page,
        "fewest": FEWEST_LABELS,
        "refusal": refusal,
        "zone": page.timezone,
        "has_faq": page.has_faq,
    }
    return render(request, "console/confidence.html", context, status=refusal.status if refusal else 200)


@member_required(*DESK)
def label(request: MemberRequest) -> HttpResponse:
    """Keep which answer was right for what a shopper wrote."""
    if request.method != "POST":
        return redirect("console:log")
    exchange, entry = request.POST.get("exchange", ""), request.POST.get("entry", "")
    is_known = exchange.isascii() and exchange.isdecimal() and len(exchange) < 20 and int(exchange) <= LARGEST_ID
    if not is_known or len(entry) > LONGEST_ID or "\0" in entry:
        raise Http404
    try:
        talk = label_exchange(request.shop_id, int(exchange), entry, request.member.user_id)
    except Missing as missing:
        raise Http404(missing.message) from missing
    messages.success(request, _("Thank you. The assistant’s confidence is measured on this too."), "good")
    return redirect("console:conversation", public_id=talk)


def _fraction(text: str) -> float:
    """A number as it was sent; one that no threshold is for what is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _shop(request: HttpRequest) -> ShopId:
    shop_id: ShopId = request.shop_id  # type: ignore[attr-defined]
    return shop_id


def _query(request: HttpRequest) -> LogQuery:
    """What was asked for; a value that means nothing narrows nothing."""
    outcome = request.GET.get("outcome", "")
    language = request.GET.get("language", "")
    return LogQuery(
        outcome=AnswerOutcome(outcome) if outcome in set(AnswerOutcome) else None,
        language=language if language in LANGUAGES else "",
        text=request.GET.get("text", "").replace("\x00", "").strip()[:200],
        first_day=read_day(request.GET.get("from", "")),
        last_day=read_day(request.GET.get("to", "")),
        page=_page(request.GET.get("page", "")),
    )


def _page(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _address(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"


def _talk(conversation: ConversationSummary, photos: Mapping[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """What was said, oldest first: the shopper's messages, each with the reply to it, and those of others."""
    exchanges = {one.exchange: one for one in conversation.exchanges}
    names = names_of_people(one.by_id for one in conversation.messages if one.by_id)
    return [
        _row(exchanges[one.message]) | {"photo": photos.get(one.message)}
        if one.message in exchanges
        else _others(one, names.get(one.by_id or 0, ""), conversation.grade)
        for one in conversation.messages
        if one.answers is None
    ]


def _orders(shopper: CustomerDetails | None) -> list[tuple[OrderRow, str, str]]:
    """The latest orders of an account, with their names and the names of their states."""
    states = state_labels()
    return [(one, order_title(one), states[one.state]) for one in shopper.orders] if shopper else []


def _others(message: MessageSummary, name: str, grade: int | None) -> dict[str, Any]:
    """What staff said or did, and by whose hand."""
    if message.author == Author.EVENT:
        event = ChatEvent(message.text)
        said = labels.grade_label(grade) if event == ChatEvent.GRADE_ASKED and grade else ""
        return {"message": message, "event": words.event_words(event, name), "grade": said}
    who = labels.author_label(message.author)
    return {"message": message, "who": f"{who} ({name})" if name else who, "is_note": message.author == Author.NOTE}


def _row(exchange: ExchangeSummary) -> dict[str, Any]:
    """An exchange with the words that the pages show beside it."""
    has_guesses = exchange.outcome == AnswerOutcome.GUESSES
    return {
        "exchange": exchange,
        "outcome": labels.outcome_label(exchange.outcome),
        "tone": labels.outcome_tone(exchange.outcome),
        "topic": "" if exchange.way == MessageKind.PERSON else labels.topic_label(exchange.topic),
        "language": labels.language_label(exchange.language),
        "confidence": labels.confidence_label(exchange.confidence),
        "unspoken": labels.way_label(exchange.way),
        "is_chosen": exchange.way == MessageKind.CHOSEN,
        "guesses": [one.question for one in exchange.candidates[:3]] if has_guesses else [],
        "candidates": [
            (one, labels.share_label(one.score), one.entry == exchange.expect) for one in exchange.candidates
        ],
        "may_label": exchange.way == MessageKind.WRITTEN,
    }
