"""The page on which a shop says how long shoppers may return things, and where they withdraw from a purchase."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chatbot.answers.facts.returns import ReturnTerms
from chatbot.answers.pages import services
from chatbot.answers.pages.forms import ReturnsForm
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK


@member_required(*DESK)
def edit_return_terms(request: MemberRequest) -> HttpResponse:
    """Show what is set, and set what is sent."""
    if request.method != "POST":
        form = ReturnsForm(initial=asdict(services.read_return_terms(request.shop_id)))
        return render(request, "answers/returns.html", {"form": form})
    form = ReturnsForm(request.POST)
    if not form.is_valid():
        return render(request, "answers/returns.html", {"form": form}, status=400)
    services.change_return_terms(request.shop_id, ReturnTerms(**form.cleaned_data))
    messages.success(request, _("Saved. The assistant uses it from the next question on."))
    return redirect("answers:returns")
