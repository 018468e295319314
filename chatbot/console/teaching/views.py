"""Pages of teaching, for owners and support: a draft's effect, unanswered questions, reported answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chatbot.answers import labels
from chatbot.answers.drafts.services import publish_draft
from chatbot.answers.drafts.texts import question_of
from chatbot.answers.pages.views import save_answer
from chatbot.answers.types import LONGEST_ID
from chatbot.console.teaching import effects, groups, reports
from chatbot.console.teaching.labels import effect_label, effect_title, effect_tone, group_state_label, reason_label
from chatbot.console.teaching.types import EffectChange, EffectKind, EffectSide, GroupState, ReportReason, ReportSummary
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK
from shopconnect.core.errors import Missing, Refusal

LARGEST_ID = 2**63 - 1
SHOWN = 100


@member_required(*DESK)
@require_safe
def list_questions(request: MemberRequest) -> HttpResponse:
    """List the questions that nobody answered, in groups, the largest first."""
    sent = request.GET.get("state", "")
    state = GroupState(sent) if sent in set(GroupState) else GroupState.OPEN
    found, counts = groups.list_groups(request.shop_id, state)
    context = {
        "groups": [(one, labels.language_label(one.language)) for one in found],
        "state": state,
        "states": [(one.value, group_state_label(one), counts[one]) for one in GroupState],
        "is_dismissed": state == GroupState.DISMISSED,
        "has_any": any(counts.values()),
    }
    return render(request, "teaching/questions.html", context)


@member_required(*DESK)
def change_state(request: MemberRequest) -> HttpResponse:
    """Dismiss a group of questions, or open it again."""
    if request.method == "POST":
        state = GroupState.OPEN if request.POST.get("state") == GroupState.OPEN else GroupState.DISMISSED
        try:
            groups.change_state(request.shop_id, request.member.user_id, _id(request.POST.get("group", "")), state)
        except Missing as missing:
            raise Http404(missing.message) from missing
        told = _("These questions are open again.") if state == GroupState.OPEN else _("Questions dismissed.")
        messages.success(request, told, "good")
    return redirect("teaching:questions")


@member_required(*DESK)
@require_safe
def show_effect(request: MemberRequest) -> HttpResponse:
    """Show what the draft of an entry does to the last questions."""
    return _effect_page(request, _entry(request.GET.get("entry", "")))


@member_required(*DESK)
def save_and_ask(request: MemberRequest) -> HttpResponseBase:
    """Save the draft as the editor does, then have its effect found."""
    saved = save_answer(request)
    # Anything else is the editor with what was refused.
    return ask_effect(request) if request.method == "POST" and saved.status_code == HTTPStatus.FOUND else saved


@member_required(*DESK)
@require_POST
def prepare(request: MemberRequest) -> HttpResponse:
    """Get ready for the effect of a draft that somebody has begun to write."""
    effects.ask_preparation(request.shop_id)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@member_required(*DESK)
def ask_effect(request: MemberRequest) -> HttpResponse:
    """Have a worker find what the draft of an entry does to the last questions."""
    entry = _entry(request.POST.get("entry", ""))
    if request.method == "POST":
        try:
            effects.ask_effect(request.shop_id, entry)
        except Refusal as refusal:
            return _effect_page(request, entry, refusal)
    return redirect(_effect_url(entry))


@member_required(*DESK)
def publish(request: MemberRequest) -> HttpResponse:
    """Publish the draft whose effect was seen."""
    entry = _entry(request.POST.get("entry", ""))
    if request.method != "POST":
        return redirect(_effect_url(entry))
    try:
        version = publish_draft(request.shop_id, request.member.user_id, entry, request.POST.get("etag", ""))
    except Refusal as refusal:
        return _effect_page(request, entry, refusal)
    query: dict[str, str | int] = {"entry": entry, "version": version}
    return redirect(f"{reverse('answers:answer')}?{urlencode(query)}#done")


@member_required(*DESK)
@require_safe
def list_reports(request: MemberRequest) -> HttpResponse:
    """List what staff reported and nobody settled."""
    found = reports.list_reports(request.shop_id)
    return render(request, "teaching/reports.html", {"rows": [report_row(one) for one in found]})


@member_required(*DESK)
def report(request: MemberRequest) -> HttpResponse:
    """Keep what is wrong with an answer."""
    if request.method != "POST":
        return redirect("teaching:reports")
    reason = request.POST.get("reason", "")
    if reason not in set(ReportReason):
        raise Http404
    exchange = _id(request.POST.get("exchange", ""))
    try:
        found = reports.report_answer(request.shop_id, request.member.user_id, exchange, ReportReason(reason))
    except Missing as missing:
        raise Http404(missing.message) from missing
    messages.success(request, _("Thank you. Your team sees the report on the answer."), "good")
    return redirect("console:conversation", public_id=found.conversation)


@member_required(*DESK)
def settle(request: MemberRequest) -> HttpResponse:
    """Note that a report is dealt with."""
    if request.method == "POST":
        try:
            reports.settle_report(request.shop_id, _id(request.POST.get("report", "")))
        except Missing as missing:
            raise Http404(missing.message) from missing
        messages.success(request, _("Report closed."), "good")
    return redirect("teaching:reports")


def report_row(one: ReportSummary) -> dict[str, Any]:
    """A report with its words."""
    return {"report": one, "reason": reason_label(one.reason)}


def _effect_page(request: MemberRequest, entry: str, refusal: Refusal | None = None) -> HttpResponse:
    page = effects.read_effect(request.shop_id, entry)
    effect, edited = page.effect, page.edited
    context = {
        "entry": entry,
        "question": question_of(edited.texts, get_language() or "en"),
        "effect": effect,
        "has_draft": edited.draft is not None,
        "title": effect_title(effect) if effect else "",
        "counts": [(effect_label(kind), effect.counts[kind]) for kind in EffectKind] if effect else [],
        "rows": [_change_row(one) for one in effect.changes[:SHOWN]] if effect else [],
        "more": max(len(effect.changes) - SHOWN, 0) if effect else 0,
        "etag": edited.etag,
        "refusal": refusal,
        "back": f"{reverse('answers:answer')}?{urlencode({'entry': entry})}",
    }
    return render(request, "teaching/effect.html", context, status=refusal.status if refusal else 200)


def _change_row(one: EffectChange) -> dict[str, Any]:
    return {
        "change": one,
        "kind": effect_label(one.kind),
        "tone": effect_tone(one.kind),
        "before": _side(one.before),
        "after": _side(one.after),
    }


def _side(side: EffectSide) -> dict[str, str]:
    return {"outcome": labels.outcome_label(side.outcome), "question": side.question}


def _effect_url(entry: str) -> str:
    return f"{reverse('teaching:effect')}?{urlencode({'entry': entry})}"


def _entry(sent: str) -> str:
    if not sent.strip() or len(sent) > LONGEST_ID or "\0" in sent:
        raise Http404
    return sent


def _id(sent: str) -> int:
    """Return an id that was sent; raises Http404 for what is none."""
    if not (sent.isascii() and sent.isdecimal()) or len(sent) > 19 or int(sent) > LARGEST_ID:
        raise Http404
    return int(sent)
