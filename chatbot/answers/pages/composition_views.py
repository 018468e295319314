"""The page on which an owner allows a language model to be asked, how often, and for what."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chatbot.answers.composition import services
from chatbot.answers.composition.types import LanguageModel
from chatbot.answers.pages.forms import CompositionForm
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing, Refusal


@member_required(Role.OWNER)
def show_composition(request: MemberRequest) -> HttpResponse:
    """Show which model there is and what is allowed, and set what is sent."""
    if request.method != "POST":
        return _page(request)
    form = CompositionForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    try:
        services.change_composition(request.shop_id, request.member.user_id, **form.cleaned_data)
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    messages.success(request, _("Saved."), "good")
    return redirect("answers:composition")


@member_required(Role.OWNER)
def allow_model(request: MemberRequest) -> HttpResponse:
    """Allow the model that the owner was shown."""
    if request.method == "POST":
        shown = LanguageModel(*(request.POST.get(name, "") for name in ("host", "name", "region")))
        try:
            services.allow_composition(request.shop_id, request.member.user_id, shown)
        except Refusal as refusal:
            return _page(request, refusal=refusal)
        messages.success(request, _("The language model may be asked. You can stop it at any time."), "good")
    return redirect("answers:composition")


@member_required(Role.OWNER)
def withdraw_model(request: MemberRequest) -> HttpResponse:
    """Have no model asked from now on."""
    if request.method == "POST":
        services.withdraw_composition(request.shop_id, request.member.user_id)
        messages.success(request, _("The language model is no longer asked anything."), "good")
    return redirect("answers:composition")


def _page(
    request: MemberRequest, *, form: CompositionForm | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    try:
        page = services.read_composition(request.shop_id)
    except Missing as missing:
        raise Http404(missing.message) from missing
    status = page.status
    context = {
        "page": page,
        "status": status,
        "form": form or CompositionForm(initial={"cap": status.cap, "words_answers": status.words_answers}),
        "refusal": refusal,
    }
    code = refusal.status if refusal else 400 if form else 200
    return render(request, "answers/composition.html", context, status=code)
