"""The page of API tokens: owners make, see and revoke them."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shopconnect.accounts import tokens
from shopconnect.accounts.access import MemberRequest, member_required, recently_authenticated
from shopconnect.accounts.forms import TokenForm
from shopconnect.accounts.scopes import scopes as known_scopes
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.rest.fields import read_id
from shopconnect.core.security.crypto import decrypt, encrypt, random_token
from shopconnect.core.web.forms import Fields, read_form

SHOWN, SHOWN_FOR = "new_token", timedelta(minutes=1)
DAYS, USUAL_DAYS = (30, 90, 365), 90


@require_GET
@member_required(Role.OWNER)
@never_cache
def token_page(request: MemberRequest) -> HttpResponse:
    """Show the shop's tokens, and for a minute the one that was just made."""
    return _page(request)


@require_POST
@member_required(Role.OWNER)
@recently_authenticated
def make(request: MemberRequest) -> HttpResponse:
    """Make a token; a form that is sent twice makes one."""
    form = read_form(TokenForm(request.POST))
    once = f"token-form:{form['once']}"
    if not cache.add(once, 1, 3600):
        return redirect("accounts:tokens")
    try:
        made = tokens.make_token(
            request.shop_id, form["name"], form["scopes"], days=form["days"], actor_id=request.user.pk
        )
    except Refusal as refusal:
        cache.delete(once)
        return _page(request, typed=form, refusal=refusal.message, status=refusal.status)
    request.session[SHOWN] = {
        "sealed": encrypt(made.token),
        "id": str(made.summary.public_id),
        "name": made.summary.name,
        "at": now().isoformat(),
    }
    return redirect("accounts:tokens")


@require_POST
@member_required(Role.OWNER)
@recently_authenticated
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    """End a token; sent twice it changes nothing more."""
    try:
        tokens.revoke_token(request.shop_id, read_id(public_id), actor_id=request.user.pk)
    except Refusal as refusal:
        return _page(request, refusal=refusal.message, status=refusal.status)
    return redirect("accounts:tokens")


def _page(request: MemberRequest, typed: Fields | None = None, refusal: str = "", status: int = 200) -> HttpResponse:
    found = tokens.list_tokens(request.shop_id)
    return render(
        request,
        "accounts/tokens.html",
        {
            "tokens": found.tokens,
            "timezone": found.timezone,
            "new": _just_made(request, {str(token.public_id) for token in found.tokens}),
            "choices": list(known_scopes().items()),
            "days": DAYS,
            "typed": typed or {"name": "", "scopes": [], "days": USUAL_DAYS},
            "refusal": refusal,
            "once": random_token(16),
        },
        status=status,
    )


def _just_made(request: HttpRequest, known: set[str]) -> dict[str, str] | None:
    """Return the token made in the last minute: a reload or a double click must not lose what is shown only once."""
    shown = request.session.get(SHOWN)
    if shown is None:
        return None
    if now() - datetime.fromisoformat(shown["at"]) > SHOWN_FOR or shown["id"] not in known:
        del request.session[SHOWN]
        return None
    return {"name": shown["name"], "token": decrypt(shown["sealed"])}
