"""The page that the link of an e-mail leads to: the shopper's conversation, and nothing else of the shop."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chatbot.console.mail import links
from chatbot.console.mail.types import MailLink
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.web.email_links import in_its_language
from shopconnect.core.web.guards import PUBLIC, guarded_by

COOKIE, COOKIE_SECONDS = "conversation", 86_400
PAGE = "console/reply_page.html"


@guarded_by(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_its_language
def reply_page(request: HttpRequest, signed: str) -> HttpResponse:
    """Show a shopper's conversation once they said that they want to see it; programs that look change nothing.

    A cookie for this page says that this browser opened it.
    """
    try:
        link, shop = links.find_link(signed)
        response = _acted(request, link) if request.method == "POST" else None
        return response or _shown(request, link, shop)
    except Missing as missing:
        return render(request, PAGE, {"gone": missing.message}, status=404)


def _acted(request: HttpRequest, link: MailLink) -> HttpResponse | None:
    act = request.POST.get("act", "")
    if act == "forget":
        links.forget_address(link)
        return render(request, PAGE, {"is_forgotten": True})
    back = redirect(request.get_full_path())
    if act == "open":
        links.confirm_address(link)
        back.set_signed_cookie(
            COOKIE,
            str(link.address),
            salt=COOKIE,
            max_age=COOKIE_SECONDS,
            path=request.path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    if act == "reply" and _has_opened(request, link):
        try:
            links.reply_by_link(link, request.POST.get("text", ""))
        except Missing:
            raise
        except Refusal as refusal:
            return _shown(request, link, "", refusal)
    return back


def _shown(request: HttpRequest, link: MailLink, shop: str, refusal: Refusal | None = None) -> HttpResponse:
    if not _has_opened(request, link):
        return render(request, PAGE, {"shop": shop})
    talk = links.read_talk(link)
    context = {
        "shop": talk.shop,
        "talk": talk,
        "refusal": refusal,
        "typed": request.POST.get("text", "") if refusal else "",
    }
    with timezone.override(talk.timezone):
        return render(request, PAGE, context, status=refusal.status if refusal else 200)


def _has_opened(request: HttpRequest, link: MailLink) -> bool:
    opened = request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=COOKIE_SECONDS)
    return opened == str(link.address)
