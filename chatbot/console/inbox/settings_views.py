"""The page on which the team keeps what its inbox works by, for owners and support."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chatbot.answers import labels
from chatbot.answers.staff.services import LONGEST_STAFF_MESSAGE
from chatbot.console.inbox import words
from chatbot.console.inbox.alerts import choose_alerts, find_alert_choice
from chatbot.console.inbox.canned import delete_canned, list_canned, save_canned
from chatbot.console.inbox.forms import read_alert_choice
from chatbot.console.inbox.types import CannedSummary
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK
from shopconnect.core.errors import Refusal
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.web.lists import read_public_id


@member_required(*DESK)
def inbox_settings(request: MemberRequest) -> HttpResponse:
    """Show how a person hears of the inbox, and the saved replies; a POST adds, changes or deletes one."""
    refusal = None
    if request.method == "POST":
        try:
            messages.success(request, _change(request), "good")
            return redirect("console:inbox_settings")
        except Refusal as refused:
            refusal = refused
    saved = list_canned(request.shop_id)
    typed = _typed(request) if refusal else _chosen(saved, request.GET.get("reply", ""))
    context = {
        "saved": [(one, labels.language_label(one.language)) for one in saved],
        "typed": typed,
        "languages": [(one, labels.language_label(one)) for one in LANGUAGES],
        "longest": LONGEST_STAFF_MESSAGE,
        "refusal": refusal,
        "alerts": find_alert_choice(request.shop_id, request.member.user_id),
        "spans": words.alert_words().items(),
    }
    return render(request, "console/inbox_settings.html", context, status=refusal.status if refusal else 200)


@member_required(*DESK)
@require_POST
def choose(request: MemberRequest) -> HttpResponse:
    """Keep how a person wants to hear of the inbox."""
    try:
        choose_alerts(request.shop_id, request.member.user_id, read_alert_choice(request.POST))
        messages.success(request, _("Your preferences are saved."), "good")
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
    return redirect("console:inbox_settings")


def _change(request: MemberRequest) -> str:
    gone = read_public_id(request.POST.get("delete", ""))
    if gone is not None:
        delete_canned(request.shop_id, gone)
        return _("Saved reply deleted.")
    save_canned(request.shop_id, _typed(request))
    return _("Reply saved.")


def _typed(request: MemberRequest) -> CannedSummary:
    reply = read_public_id(request.POST.get("reply", ""))
    return CannedSummary(
        reply="" if reply is None else str(reply),
        language=request.POST.get("language", ""),
        shortcut=request.POST.get("shortcut", ""),
        text=request.POST.get("text", ""),
    )


def _chosen(saved: list[CannedSummary], reply: str) -> CannedSummary:
    new = CannedSummary(language=(get_language() or "en")[:2], shortcut="", text="")
    return next((one for one in saved if one.reply == reply), new)
