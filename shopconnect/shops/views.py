"""The page on which people say why their shop left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shopconnect.core.errors import Refusal
from shopconnect.core.rest.limits import take_turn
from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.web.client_ip import client_ip, client_network
from shopconnect.core.web.email_links import in_its_language
from shopconnect.core.web.forms import read_form
from shopconnect.core.web.guards import PUBLIC, guarded_by
from shopconnect.shops import uninstall_feedback
from shopconnect.shops.forms import FeedbackForm
from shopconnect.shops.types import FEEDBACK_CHARACTERS, UninstallReason

FEEDBACKS_A_MINUTE = 10


@guarded_by(PUBLIC)
@in_its_language
def say_why(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask who opens the link of a good-bye why the shop left, and keep what they say."""
    try:
        if request.method == "POST":
            _take_turn(request, "goodbye", FEEDBACKS_A_MINUTE)
            uninstall_feedback.store_feedback(signed, **read_form(FeedbackForm(request.POST)))
            return render(request, "shops/uninstall_feedback.html", {"is_sent": True})
        reasons = [(reason.value, uninstall_feedback.reason_word(reason)) for reason in UninstallReason]
        context = {
            "feedback": uninstall_feedback.read_feedback(signed),
            "reasons": reasons,
            "most": FEEDBACK_CHARACTERS,
        }
        return render(request, "shops/uninstall_feedback.html", context)
    except Refusal as refusal:
        return render(request, "shops/uninstall_feedback.html", {"refusal": refusal}, status=refusal.status)


def _take_turn(request: HttpRequest, page: str, calls: int) -> None:
    """Let a caller send a page's form some times a minute; raises Refusal: too_often."""
    caller = keyed_hash(f"caller:{client_network(client_ip(request))}")
    if not take_turn(f"{page}:{caller}", calls).is_allowed:
        raise Refusal("too_often", _("Too many requests at once. Try again in a moment."), 429)
