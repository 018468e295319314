"""The page on which a shop says when it is open, what delivery costs, what may be returned and how it is reached."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chatbot.answers.pages import services
from chatbot.answers.pages.details_forms import DetailsForms
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK


@member_required(*DESK)
def edit_details(request: MemberRequest) -> HttpResponse:
    """Show what is set, and set what is sent."""
    page = services.read_details(request.shop_id)
    sent = request.POST if request.method == "POST" else None
    forms = DetailsForms(page.languages, page.details, sent)
    if sent is not None and forms.is_valid():
        services.change_details(request.shop_id, forms.details)
        messages.success(request, _("Saved. The assistant uses it from the next question on."))
        return redirect("answers:details")
    status = 200 if sent is None else 400
    return render(request, "answers/details.html", {"page": page, "forms": forms}, status=status)
