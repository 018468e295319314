"""The inbox and what is done in it, for owners and support."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from chatbot.answers import labels
from chatbot.answers.types import AnswerOutcome
from chatbot.console.inbox import services, words
from chatbot.console.inbox.alerts import count_for
from chatbot.console.inbox.forms import LAST_PAGE, read_inbox_query
from chatbot.console.inbox.many import act_on_each
from chatbot.console.inbox.presence import meet_at_conversation
from chatbot.console.inbox.selectors import PAGE_SIZE, find_neighbours, read_inbox
from chatbot.console.inbox.types import InboxPage, InboxRow, ManyDone
from chatbot.console.views import show_conversation
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.web.lists import read_public_id, read_public_ids

FIELDS = (
    "text",
    "language",
    "outcome",
    "why",
    "confidence",
    "helpful",
    "status",
    "assignee",
    "reviewed",
    "label",
    "from",
    "to",
)
MOST_REASONS = 3
Act = Callable[[MemberRequest, int], None]


@member_required(*DESK)
@require_safe
def inbox(request: MemberRequest) -> HttpResponse:
    """List conversations: who waits longest first, or another view, narrowed and by page."""
    query = read_inbox_query(request.GET)
    page = read_inbox(request.shop_id, request.member.user_id, query)
    context = {
        "page": page,
        "rows": [_row(one) for one in page.rows],
        "view": query.view,
        "views": words.view_words().items(),
        "typed": {name: request.GET.get(name, "")[:200] for name in FIELDS},
        "is_narrowed": any(request.GET.get(name) for name in FIELDS),
        "colleagues": page.colleagues,
        "choices": [(*one, request.GET.get(one[0], "")) for one in _choices(page)],
        "asked": _address(request),
        "newer": _address(request, query.page - 1) if query.page > 1 else "",
        "older": _address(request, query.page + 1) if page.has_more and query.page < LAST_PAGE else "",
    }
    with timezone.override(page.timezone):
        return render(request, "console/inbox.html", context)


@member_required(*DESK)
def act(request: MemberRequest, public_id: int) -> HttpResponse:
    """Do one of ACTS with a conversation; what was refused is told beside what was typed."""
    if request.method != "POST":
        return redirect("console:conversation", public_id=public_id)
    done = ACTS.get(request.POST.get("act", ""))
    if done is None:
        raise Http404
    query = read_inbox_query(request.GET)
    following = find_neighbours(request.shop_id, request.member.user_id, query, public_id).after
    try:
        done(request, public_id)
    except Missing as missing:
        raise Http404(missing.message) from missing
    except Refusal as refusal:
        return show_conversation(request, public_id, refusal)
    if request.POST["act"] != "review":
        return redirect(reverse("console:conversation", args=[public_id]) + _address(request))
    if following:
        return redirect(reverse("console:conversation", args=[following]) + _address(request))
    messages.success(request, _("That was the last conversation of this list."), "good")
    return redirect(reverse("console:inbox") + _address(request))


@member_required(*DESK)
def meet(request: MemberRequest, public_id: int) -> HttpResponse:
    """Tell whoever has a conversation's page open who else is writing there, and what was said last."""
    if request.method != "POST":
        return redirect("console:conversation", public_id=public_id)
    is_writing = request.POST.get("writing") == "1"
    try:
        met = meet_at_conversation(request.shop_id, request.member.user_id, public_id, is_writing)
    except Missing as missing:
        raise Http404(missing.message) from missing
    return JsonResponse({"others": words.writing_words(met.others), "last": met.last})


@member_required(*DESK)
def act_on_many(request: MemberRequest) -> HttpResponse:
    """Do one of MANY_ACTS with the conversations that were ticked, each by itself."""
    if request.method == "POST":
        deed = MANY_ACTS.get(request.POST.get("act", ""))
        if deed is None:
            raise Http404
        ids = read_public_ids(request.POST.getlist("conversation")[:PAGE_SIZE])
        if not ids:
            messages.warning(request, _("Select at least one conversation."), "warning")
        else:
            _tell(request, act_on_each(ids, partial(deed, request)))
    return redirect(reverse("console:inbox") + _address(request))


@member_required(*DESK)
@require_safe
def alerts(request: MemberRequest) -> HttpResponse:
    """Tell an open page how many shoppers wait, and how its reader wants to hear of it."""
    counts = count_for(request.shop_id, request.member.user_id)
    return JsonResponse(
        {
            "waiting": counts.waiting,
            "mine": counts.mine,
            "sound": counts.choice.has_sound,
            "badge": counts.choice.has_tab_badge,
        }
    )


def _tell(request: MemberRequest, many: ManyDone) -> None:
    if many.done:
        done = ngettext("%(count)s conversation updated.", "%(count)s conversations updated.", many.done)
        messages.success(request, done % {"count": many.done}, "good")
    if many.refused:
        left = ngettext(
            "%(count)s conversation is unchanged.", "%(count)s conversations are unchanged.", many.refused
        ) % {"count": many.refused}
        messages.warning(request, " ".join([left, *many.reasons[:MOST_REASONS]]), "warning")


def _take(request: MemberRequest, public_id: int) -> None:
    services.take_conversation(request.shop_id, request.member.user_id, public_id, _seen(request))


def _assign(request: MemberRequest, public_id: int) -> None:
    to_id, seen = read_public_id(request.POST.get("to", "")) or 0, _seen(request)
    services.assign_conversation(request.shop_id, request.member.user_id, public_id, to_id, seen)


def _seen(request: MemberRequest) -> int | None:
    return read_public_id(request.POST.get("seen", ""))


def _reply(request: MemberRequest, public_id: int) -> None:
    services.reply_to_shopper(request.shop_id, request.member.user_id, public_id, request.POST.get("text", ""))


def _note(request: MemberRequest, public_id: int) -> None:
    services.note_for_team(request.shop_id, request.member.user_id, public_id, request.POST.get("text", ""))


def _hand_back(request: MemberRequest, public_id: int) -> None:
    services.hand_back(request.shop_id, request.member.user_id, public_id)


def _close(request: MemberRequest, public_id: int) -> None:
    _close_heard(request, public_id, request.POST.get("heard", ""))


def _close_one_of_many(request: MemberRequest, public_id: int) -> None:
    _close_heard(request, public_id, request.POST.get(f"heard-{public_id}", ""))


def _close_heard(request: MemberRequest, public_id: int, heard: str) -> None:
    services.close_conversation(request.shop_id, request.member.user_id, public_id, read_public_id(heard))


def _snooze(request: MemberRequest, public_id: int) -> None:
    services.snooze_conversation(request.shop_id, request.member.user_id, public_id, request.POST.get("span", ""))


def _label(request: MemberRequest, public_id: int) -> None:
    services.label_conversation(request.shop_id, public_id, request.POST.get("labels", "").split(","))


def _add_labels(request: MemberRequest, public_id: int) -> None:
    services.add_labels(request.shop_id, public_id, request.POST.get("labels", "").split(","))


def _review(request: MemberRequest, public_id: int) -> None:
    services.mark_reviewed(request.shop_id, public_id)


ACTS: dict[str, Act] = {
    "take": _take,
    "assign": _assign,
    "reply": _reply,
    "note": _note,
    "hand_back": _hand_back,
    "close": _close,
    "snooze": _snooze,
    "label": _label,
    "review": _review,
}


MANY_ACTS: dict[str, Act] = {"assign": _assign, "review": _review, "close": _close_one_of_many, "label": _add_labels}


def _row(row: InboxRow) -> dict[str, object]:
    return {
        "row": row,
        "ticket": row.ticket,
        "status": words.status_words()[row.ticket.status],
        "why": labels.topic_label(row.ticket.why),
        "language": labels.language_label(row.language),
    }


def _choices(page: InboxPage) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What the list may be narrowed to: a field's name, what it is called, and its values with their words."""
    people = [(str(one), name) for one, name in page.colleagues]
    return [
        ("status", _("Status"), [(one.value, word) for one, word in words.status_words().items()]),
        ("assignee", _("Assigned to"), [("0", _("Nobody")), *people]),
        ("why", _("Reason"), [(one.value, word) for one, word in words.reason_words().items()]),
        ("outcome", _("Outcome"), [(one.value, labels.outcome_label(one)) for one in AnswerOutcome]),
        ("confidence", _("Confidence"), [(one.value, word) for one, word in words.confidence_words().items()]),
        ("helpful", _("Feedback"), [("yes", _("Helpful")), ("no", _("Not helpful"))]),
        ("reviewed", _("Reviewed"), [("yes", _("Yes")), ("no", _("No"))]),
        ("label", _("Label"), [(one, one) for one in page.labels]),
        ("language", _("Language"), [(one, labels.language_label(one)) for one in LANGUAGES]),
    ]


def _address(request: MemberRequest, page: int = 0) -> str:
    query = request.GET.copy()
    if page:
        query["page"] = str(page)
    return f"?{query.urlencode()}" if query else ""
